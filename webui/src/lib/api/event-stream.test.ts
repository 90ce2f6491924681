import { describe, expect, test } from 'vitest';
import { BlockReader, readEvents } from './event-stream';

const encoder = new TextEncoder();

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<unknown[][]> {
  const batches: unknown[][] = [];
  for await (const batch of readEvents(stream)) batches.push(batch);
  return batches;
}

describe('an event stream', () => {
  test('is read in batches as it arrives', async () => {
    const chunks = ['data: {"content":"a"}\n\ndata: {"content":"b"}\n\n', 'data: {"done":"true"}\n\n'];
    expect(await collect(streamOf(...chunks.map((chunk) => encoder.encode(chunk))))).toEqual([
      [{ content: 'a' }, { content: 'b' }],
      [{ done: 'true' }],
    ]);
  });

  test('may be cut anywhere, also inside of a letter', async () => {
    const bytes = encoder.encode('data: {"content":"é😀"}\r\n\r\n: ping\n\ndata: {"content":"x"}\n\n');
    for (const size of [1, 2, 3, 5, 7]) {
      const chunks: Uint8Array[] = [];
      for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.slice(start, start + size));
      expect((await collect(streamOf(...chunks))).flat()).toEqual([{ content: 'é😀' }, { content: 'x' }]);
    }
  });

  test('leaves out comments, other fields, and what is no JSON', () => {
    const text = ': ping\n\nevent: x\nid: 1\nretry: 5\n\ndata: nonsense\n\ndata:{"content":"kept"}\n\n';
    expect(new BlockReader().read(text)).toEqual([{ content: 'kept' }]);
  });

  test('joins the lines of one event', () => {
    expect(new BlockReader().read('data: {"content":\ndata: "two lines"}\n\n')).toEqual([
      { content: 'two lines' },
    ]);
  });

  test('gives nothing for an event that was cut off', () => {
    expect(new BlockReader().read('data: {"content":"lost"}\n')).toEqual([]);
  });

  test('is cancelled by whoever stops listening', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encoder.encode('data: {"content":"more"}\n\n')),
      cancel: () => void (cancelled = true),
    });
    for await (const batch of readEvents(stream)) {
      expect(batch).toEqual([{ content: 'more' }]);
      break;
    }
    expect(cancelled).toBe(true);
  });

  test('moves a cursor to the last event that came whole', async () => {
    const cursor = { id: '' };
    const stream = streamOf(encoder.encode('id: exec_a:7\ndata: {}\n\ndata: {}\n\nid: exec_a:8\ndata: {'));
    for await (const batch of readEvents(stream, cursor)) expect(batch).toEqual([{}, {}]);
    expect(cursor.id).toBe('exec_a:7');
  });
});
