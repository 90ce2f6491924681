import { expect, test } from 'vitest';
import { readAnnouncement } from './announcements';
import { readTurnEvent } from './turn-events';

test('every kind of turn event is read', () => {
  const counted = { input_tokens: 1, output_tokens: 2, total_tokens: 3, context_tokens: 3 };
  const usage = { ...counted, cache_read_tokens: 1, cache_write_tokens: 0, cost: 0.25, estimated: true };
  const wire = [
    { conversation: { id: 'c', message_id: 'm' } },
    { content: 'text' },
    { thinking: 'hm' },
    { thinking_end: true },
    { tool_call: { tool_call_id: 'call_0', name: 'terminal', args: { command: 'ls' } } },
    { approval: { approval_id: 'a', tool_call_id: 'call_0', name: 'terminal', args: {}, reason: '' } },
    { tool_result: { tool_call_id: 'call_0', content: 'out', is_error: false } },
    { tool_result: { tool_call_id: 'call_0', content: 'no', is_error: true, sudo_blocked: true } },
    { usage },
    { usage: { ...usage, cost: null, estimated: false } },
    { error: 'It broke.' },
    { done: 'true' },
  ];
  expect(wire.map(readTurnEvent)).toEqual([
    { kind: 'started', conversationId: 'c', messageId: 'm' },
    { kind: 'text', text: 'text' },
    { kind: 'thought', text: 'hm' },
    { kind: 'thought_over' },
    { kind: 'call', callId: 'call_0', name: 'terminal', args: { command: 'ls' } },
    { kind: 'approval', callId: 'call_0', approvalId: 'a' },
    { kind: 'result', callId: 'call_0', content: 'out', isError: false, sudoBlocked: false },
    { kind: 'result', callId: 'call_0', content: 'no', isError: true, sudoBlocked: true },
    { kind: 'usage', usage },
    { kind: 'usage', usage: { ...usage, cost: null, estimated: false } },
    { kind: 'error', sentence: 'It broke.' },
    { kind: 'done' },
  ]);
});

test('what is not in the list is not heard', () => {
  for (const value of [{ execute: 'alert(1)' }, { constructor: 'x' }, null, 'text', 4, []]) {
    expect(readTurnEvent(value)).toBeNull();
  }
  for (const message of ['{"type":"execute"}', '{"type":"auth_info","data":{}}', '{', '[]', 5, null]) {
    expect(readAnnouncement(message)).toBeNull();
  }
  expect(readAnnouncement('{"type":"turn_over","data":{"conversation_id":"c","message_id":"m"}}')).toEqual({
    type: 'turn_over',
    data: { conversation_id: 'c', message_id: 'm' },
  });
});
