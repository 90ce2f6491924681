/** One message on the screen. Its key stays while what it says grows, so its place on the screen stays too. */
import type { Message } from '$lib/api/shapes';

const NOTHING = {
  input_tokens: 0,
  output_tokens: 0,
  total_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  context_tokens: 0,
  cost: null,
  estimated: false,
};

let made = 0;

export class ShownMessage {
  readonly key: string;
  content: Message;

  constructor(content: Message) {
    this.key = `m${made++}`;
    this.content = $state.raw(content);
  }
}

/** A message that the server has not confirmed yet: it has no id. */
export function draftMessage(role: Message['role'], text: string): Message {
  const part = { kind: 'text' as const, text, call: null, approval_id: null, duration_ms: null, meta: {} };
  return {
    id: '',
    role,
    parts: text ? [part] : [],
    images: [],
    status: role === 'user' ? 'complete' : 'running',
    error: null,
    provider: null,
    model: null,
    usage: NOTHING,
    created_at: new Date().toISOString(),
    versions: [],
  };
}

/** The text of a message, as it was typed. */
export function textOf(message: Message): string {
  return message.parts
    .filter((part) => part.kind === 'text')
    .map((part) => part.text)
    .join('\n\n');
}
