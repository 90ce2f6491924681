/** What can be asked of the server and what it answers, read from the types of its OpenAPI document. */
import type { Cursor } from './event-stream';
import type { paths } from './schema';
import type { Whole } from './shapes';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

export type Operation<M extends Method, P extends keyof paths> =
  paths[P] extends Record<M, infer O> ? O : never;

type Content<R> = R extends { content: { 'application/json': infer C } } ? Whole<C> : unknown;

export type Answer<O> = O extends { responses: { 200: infer R } }
  ? Content<R>
  : O extends { responses: { 201: infer R } }
    ? Content<R>
    : unknown;

type Asked<O> = (O extends { requestBody: { content: { 'application/json': infer B } } }
  ? { body: B }
  : { body?: undefined }) &
  (O extends { parameters: { path: infer V extends Record<string, string | number> } }
    ? { path: V }
    : { path?: undefined }) &
  (O extends { parameters: { query?: infer Q } } ? { query?: Q } : { query?: undefined }) & {
    signal?: AbortSignal;
    /** Let it come to its end although the page is left. */
    keepalive?: boolean;
    /** Where a stream is gone on from; it moves as the stream is read. */
    cursor?: Cursor;
  };

/** Nothing need be said where nothing is required. */
export type Request<O> = object extends Asked<O> ? [asked?: Asked<O>] : [asked: Asked<O>];
