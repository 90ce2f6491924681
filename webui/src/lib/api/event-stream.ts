/** Server-sent events read from a fetch: EventSource cannot send the key of the session. */

/** How far a stream was read: the id of its last event, which it is asked to go on from. */
export interface Cursor {
  id: string;
}

/**
 * Yield what each `data:` block says as JSON, in batches as the bytes arrive. What is no JSON is left out. The cursor
 * moves before a batch is yielded.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  cursor: Cursor = { id: '' },
): AsyncGenerator<unknown[]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const blocks = new BlockReader(cursor);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = blocks.read(decoder.decode(value, { stream: true }));
      if (events.length) yield events;
    }
  } finally {
    // Whoever stops listening lets the connection go.
    reader.cancel().catch(() => undefined);
  }
}

/** Cuts text that arrives in any pieces into the blocks of an event stream. */
export class BlockReader {
  #rest = '';
  #data: string[] = [];
  #id = '';
  readonly #cursor: Cursor;

  constructor(cursor: Cursor = { id: '' }) {
    this.#cursor = cursor;
  }

  /** Take in more text; return the events it completes. */
  read(text: string): unknown[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    const events: unknown[] = [];
    for (const line of lines) {
      if (line === '') this.#end(events);
      else if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
      else if (line.startsWith('id:')) this.#id = line.slice(3).trim();
      // Everything else is a comment that only shows that the server lives, or a field nobody needs here.
    }
    return events;
  }

  #end(events: unknown[]): void {
    if (!this.#data.length) return;
    // Only an event that came whole is not wanted again.
    if (this.#id) this.#cursor.id = this.#id;
    try {
      events.push(JSON.parse(this.#data.join('\n')));
    } catch {
      // Nothing can be done with it, and what follows may be fine.
    }
    this.#data = [];
  }
}
