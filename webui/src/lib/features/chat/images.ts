/** Images that a person attaches: the kinds and sizes that the server takes, told by their first bytes as it tells them. */

export const MOST_IMAGES = 3;
export const LARGEST_BYTES = 10 * 1024 * 1024;
/** What the browser's own dialog offers. */
export const ACCEPTED = 'image/png,image/jpeg,image/gif,image/webp';

/** Why a file is not attached: it cannot be read, is no image that models take, is too large, or there are enough. */
export type RefusalReason = 'unreadable' | 'kind' | 'size' | 'count';

/** An image as it is sent: `data` is a data URL. */
export interface OutgoingImage {
  data: string;
  filename: string;
  mime_type: string;
}

const SIGNATURES: readonly [prefix: string, kind: string][] = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
];
const HEAD_BYTES = 12;

/** Return the image in a file, or why it cannot be sent. A folder is a file that cannot be read. */
export async function readImage(file: File): Promise<OutgoingImage | RefusalReason> {
  return read(file).catch(() => 'unreadable' as const);
}

async function read(file: File): Promise<OutgoingImage | RefusalReason> {
  if (file.size > LARGEST_BYTES) return 'size';
  const kind = kindOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (!kind) return 'kind';
  return { data: await readDataUrl(new Blob([file], { type: kind })), filename: file.name, mime_type: kind };
}

/** Return the media type that the first bytes of a file tell; empty for anything but those that models take. */
export function kindOf(head: Uint8Array): string {
  const text = String.fromCharCode(...head);
  const found = SIGNATURES.find(([prefix]) => text.startsWith(prefix));
  if (found) return found[1];
  return text.startsWith('RIFF') && text.startsWith('WEBP', 8) ? 'image/webp' : '';
}

function readDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'));
    reader.readAsDataURL(blob);
  });
}
