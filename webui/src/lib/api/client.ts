/** Requests to the server, typed by its OpenAPI document. */
import { isAborted, readError, Unreachable } from './errors';
import { readEvents, type Cursor } from './event-stream';
import type { SessionKey } from './key';
import type { Answer, Operation, PathOf, Request } from './operations';

interface Loose {
  body?: unknown;
  path?: Record<string, string | number>;
  query?: unknown;
  signal?: AbortSignal;
  keepalive?: boolean;
  cursor?: Cursor;
}

export class Client {
  readonly #key: SessionKey;
  readonly #fetch: typeof fetch;
  /** Called when the server no longer knows who is asking. */
  onSignedOut: () => void = () => undefined;

  constructor(key: SessionKey, fetching: typeof fetch = (...request) => fetch(...request)) {
    this.#key = key;
    this.#fetch = fetching;
  }

  async get<P extends PathOf<'get'>>(path: P, ...[asked]: Request<Operation<'get', P>>) {
    return (await this.#json('GET', path, asked)) as Answer<Operation<'get', P>>;
  }

  async post<P extends PathOf<'post'>>(path: P, ...[asked]: Request<Operation<'post', P>>) {
    return (await this.#json('POST', path, asked)) as Answer<Operation<'post', P>>;
  }

  async put<P extends PathOf<'put'>>(path: P, ...[asked]: Request<Operation<'put', P>>) {
    return (await this.#json('PUT', path, asked)) as Answer<Operation<'put', P>>;
  }

  async patch<P extends PathOf<'patch'>>(path: P, ...[asked]: Request<Operation<'patch', P>>) {
    return (await this.#json('PATCH', path, asked)) as Answer<Operation<'patch', P>>;
  }

  async delete<P extends PathOf<'delete'>>(path: P, ...[asked]: Request<Operation<'delete', P>>) {
    return (await this.#json('DELETE', path, asked)) as Answer<Operation<'delete', P>>;
  }

  /** Send a message and yield the events that come back, in batches as they arrive. */
  async *postStream<P extends PathOf<'post'>>(path: P, ...[asked]: Request<Operation<'post', P>>) {
    yield* this.#events(await this.#send('POST', path, asked));
  }

  /** Yield the events of something that already runs. */
  async *getStream<P extends PathOf<'get'>>(path: P, ...[asked]: Request<Operation<'get', P>>) {
    yield* this.#events(await this.#send('GET', path, asked), asked?.cursor);
  }

  /** Fetch a file: `<img>` cannot send the key, so images come this way. */
  async getBlob(path: string, signal?: AbortSignal): Promise<Blob> {
    const response = await this.#send('GET', path, signal ? { signal } : undefined);
    return response.blob();
  }

  /** Fetch something to be kept as a file, by the name that the server gives it. */
  async getFile<P extends PathOf<'get'>>(path: P, ...[asked]: Request<Operation<'get', P>>): Promise<File> {
    return readFile(await this.#send('GET', path, asked));
  }

  /** Have something made that is to be kept as a file. */
  async postForFile<P extends PathOf<'post'>>(path: P, ...[asked]: Request<Operation<'post', P>>) {
    return readFile(await this.#send('POST', path, asked));
  }

  /** Send a file as it is; its type says what it is. */
  async postFile<P extends PathOf<'post'>>(path: P, body: Blob, query: Record<string, string | boolean>) {
    return (await this.#json('POST', path, { body, query })) as Answer<Operation<'post', P>>;
  }

  async #json(method: string, path: string, asked: Loose | undefined): Promise<unknown> {
    const response = await this.#send(method, path, asked);
    return response.json();
  }

  async *#events(response: Response, cursor?: Cursor) {
    try {
      if (response.body) yield* readEvents(response.body, cursor);
    } catch (error) {
      if (isAborted(error)) throw error;
      throw new Unreachable('The connection ended.', { cause: error });
    }
  }

  async #send(method: string, path: string, asked: Loose = {}): Promise<Response> {
    const headers = new Headers();
    const key = this.#key.get();
    if (key) headers.set('X-Studio-Key', key);
    if (asked.cursor?.id) headers.set('Last-Event-ID', asked.cursor.id);
    const init: RequestInit = { method, headers, signal: asked.signal ?? null };
    if (asked.keepalive) init.keepalive = true;
    if (asked.body !== undefined) {
      const file = asked.body instanceof Blob ? asked.body : null;
      headers.set('Content-Type', file?.type ?? 'application/json');
      init.body = file ?? JSON.stringify(asked.body);
    }
    const response = await this.#reach(spell(path, asked), init);
    if (response.ok) return response;
    const error = await readError(response);
    if (error.status === 401) this.onSignedOut();
    throw error;
  }

  async #reach(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, init);
    } catch (error) {
      if (isAborted(error)) throw error;
      throw new Unreachable('The server does not answer.', { cause: error });
    }
  }
}

async function readFile(response: Response): Promise<File> {
  const named = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '');
  return new File([await response.blob()], named?.[1] ?? 'download');
}

function spell(path: string, asked: Loose): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(asked.path?.[name] ?? ''),
  );
  const query = Object.entries({ ...(asked.query as object | undefined) }).filter(
    ([, value]) => value !== undefined,
  );
  return query.length
    ? `${filled}?${new URLSearchParams(query.map(([name, value]) => [name, String(value)])).toString()}`
    : filled;
}
