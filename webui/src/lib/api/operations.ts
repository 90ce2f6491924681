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

interface Json<B> {
  content: { 'application/json': B };
}

/** What is sent: always, if one likes, or never. */
type Sent<O> = O extends { requestBody: Json<infer B> }
  ? { body: B }
  : O extends { requestBody?: infer R }
    ? [NonNullable<R>] extends [never]
      ? { body?: undefined }
      : NonNullable<R> extends Json<infer B>
        ? { body?: B }
        : { body?: undefined }
    : { body?: undefined };

type Asked<O> = Sent<O> &
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
