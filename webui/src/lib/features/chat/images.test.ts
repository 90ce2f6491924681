import { describe, expect, test } from 'vitest';
import { Attachments } from './attachments.svelte';
import { LARGEST_BYTES, readImage } from './images';

const PNG = '\x89PNG\r\n\x1a\n....';
const WEBP = 'RIFF....WEBP';

function file(content: string, name: string, size = content.length): File {
  const bytes = new Uint8Array(size);
  bytes.set(Array.from(content, (letter) => letter.charCodeAt(0)));
  return new File([bytes], name, { type: 'text/plain' });
}

describe('an image', () => {
  test('is what its first bytes say, whatever it is called', async () => {
    expect(await readImage(file(PNG, 'notes.txt'))).toEqual({
      data: `data:image/png;base64,${btoa(PNG)}`,
      filename: 'notes.txt',
      mime_type: 'image/png',
    });
    expect(await readImage(file(WEBP, 'a.webp'))).toMatchObject({ mime_type: 'image/webp' });
    expect(await readImage(file('RIFF....WAVE', 'a.webp'))).toBe('kind');
    expect(await readImage(file('<svg/>', 'a.png'))).toBe('kind');
  });

  test('has ten megabytes at most', async () => {
    expect(await readImage(file(PNG, 'a.png', LARGEST_BYTES))).toMatchObject({ filename: 'a.png' });
    expect(await readImage(file(PNG, 'a.png', LARGEST_BYTES + 1))).toBe('size');
  });
});

describe('what is attached', () => {
  const names = ({ items }: Attachments) => items.map(({ image }) => image.filename);

  test('is three images at most, and what is refused is named with its reason', async () => {
    const attachments = new Attachments();
    await attachments.add(['a', 'b'].map((name) => file(PNG, name)));
    await attachments.add([file('text', 'bad'), file(PNG, 'c'), file(PNG, 'd')]);
    expect(names(attachments)).toEqual(['a', 'b', 'c']);
    expect(attachments.refused).toEqual([
      { filename: 'bad', reason: 'kind' },
      { filename: 'd', reason: 'count' },
    ]);
  });

  test('counts what is still being read', async () => {
    const attachments = new Attachments();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => attachments.add([file(PNG, name)])));
    expect(names(attachments)).toEqual(['a', 'b', 'c']);
    expect(attachments.refused).toEqual([{ filename: 'd', reason: 'count' }]);
  });

  test('can be removed, taken to be sent, and given back in front of what came meanwhile', async () => {
    const attachments = new Attachments();
    await attachments.add(['a', 'b', 'c'].map((name) => file(PNG, name)));
    attachments.remove(attachments.items[1]?.key ?? -1);
    const taken = attachments.take();
    expect(names(attachments)).toEqual([]);
    await attachments.add([file(PNG, 'd'), file(PNG, 'e')]);
    attachments.giveBack(taken);
    expect(names(attachments)).toEqual(['a', 'c', 'd']);
  });
});
