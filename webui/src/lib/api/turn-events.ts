/** What happens while an answer is written. A closed list, and data only: nothing in it is ever run. */
import type { Usage } from './shapes';

export type TurnEvent =
  | { kind: 'started'; conversationId: string; messageId: string }
  | { kind: 'text'; text: string }
  | { kind: 'thought'; text: string }
  | { kind: 'thought_over' }
  | { kind: 'call'; callId: string; name: string; args: unknown }
  | { kind: 'approval'; callId: string; approvalId: string }
  | { kind: 'result'; callId: string; content: string; isError: boolean; sudoBlocked: boolean }
  | { kind: 'usage'; usage: Usage }
  | { kind: 'error'; sentence: string }
  | { kind: 'done' };

type Fields = Record<string, unknown>;

const READERS: Record<string, (value: unknown) => TurnEvent> = {
  conversation: (value) => ({
    kind: 'started',
    conversationId: text(value, 'id'),
    messageId: text(value, 'message_id'),
  }),
  content: (value) => ({ kind: 'text', text: String(value) }),
  thinking: (value) => ({ kind: 'thought', text: String(value) }),
  thinking_end: () => ({ kind: 'thought_over' }),
  tool_call: (value) => ({
    kind: 'call',
    callId: text(value, 'tool_call_id'),
    name: text(value, 'name'),
    args: fields(value)['args'],
  }),
  approval: (value) => ({
    kind: 'approval',
    callId: text(value, 'tool_call_id'),
    approvalId: text(value, 'approval_id'),
  }),
  tool_result: (value) => ({
    kind: 'result',
    callId: text(value, 'tool_call_id'),
    content: text(value, 'content'),
    isError: fields(value)['is_error'] === true,
    sudoBlocked: fields(value)['sudo_blocked'] === true,
  }),
  usage: (value) => ({
    kind: 'usage',
    usage: {
      input_tokens: count(value, 'input_tokens'),
      output_tokens: count(value, 'output_tokens'),
      total_tokens: count(value, 'total_tokens'),
      cache_read_tokens: count(value, 'cache_read_tokens'),
      cache_write_tokens: count(value, 'cache_write_tokens'),
      context_tokens: count(value, 'context_tokens'),
      cost: typeof fields(value)['cost'] === 'number' ? count(value, 'cost') : null,
      estimated: fields(value)['estimated'] === true,
    },
  }),
  error: (value) => ({ kind: 'error', sentence: String(value) }),
  done: () => ({ kind: 'done' }),
};

/** Read one event as the wire spells it; null for a kind that is not known here. */
export function readTurnEvent(value: unknown): TurnEvent | null {
  for (const [name, content] of Object.entries(fields(value))) {
    const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (reader) return reader(content);
  }
  return null;
}

function fields(value: unknown): Fields {
  return value && typeof value === 'object' ? (value as Fields) : {};
}

function text(value: unknown, name: string): string {
  const found = fields(value)[name];
  return typeof found === 'string' ? found : '';
}

function count(value: unknown, name: string): number {
  const found = fields(value)[name];
  return typeof found === 'number' ? found : 0;
}
