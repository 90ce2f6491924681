import { describe, expect, test } from 'vitest';
import type { Part } from '$lib/api/shapes';
import type { TurnEvent } from '$lib/api/turn-events';
import { GrowingAnswer, keepDurations } from './growing-answer';

const EMPTY: Omit<Part, 'kind'> = { text: '', call: null, approval_id: null, duration_ms: null, meta: {} };
const text = (said: string): TurnEvent => ({ kind: 'text', text: said });
const call = (callId: string, name = 'read_file'): TurnEvent => ({ kind: 'call', callId, name, args: {} });
const result = (callId: string, content: string, isError = false): TurnEvent => ({
  kind: 'result',
  callId,
  content,
  isError,
  sudoBlocked: false,
});
const callPart = (id: string, given: string | null, name = 'read_file'): Part => ({
  ...EMPTY,
  kind: 'tool_call',
  call: { id, name, args: {}, result: given, is_error: false },
});

function grow(...events: TurnEvent[]): GrowingAnswer {
  const answer = new GrowingAnswer();
  answer.take(events, { now: 0 });
  return answer;
}

describe('an answer that grows', () => {
  test('joins deltas of one piece', () => {
    expect(grow(text('Hel'), text('lo')).parts).toEqual([{ ...EMPTY, kind: 'text', text: 'Hello' }]);
  });

  test('begins a new piece after a call, without the separator', () => {
    expect(grow(text('a'), call('1'), result('1', 'x'), text('\n\n'), text('b')).parts).toEqual([
      { ...EMPTY, kind: 'text', text: 'a' },
      callPart('1', 'x'),
      { ...EMPTY, kind: 'text', text: 'b' },
    ]);
  });

  test('keeps a blank line inside of a text', () => {
    expect(grow(text('a'), text('\n\n'), text('b')).parts).toMatchObject([{ text: 'a\n\nb' }]);
  });

  test('gives a result to the open call when ids come again in a later round', () => {
    const answer = grow(call('0'), result('0', 'first'), call('0', 'terminal'), result('0', 'second'));
    expect(answer.parts).toEqual([callPart('0', 'first'), callPart('0', 'second', 'terminal')]);
  });

  test('ties an approval to its call', () => {
    const answer = grow(call('0'), { kind: 'approval', callId: '0', approvalId: 'appr_1' });
    expect(answer.parts).toMatchObject([{ approval_id: 'appr_1', call: { result: null } }]);
  });

  test('measures how long a thought took', () => {
    const answer = new GrowingAnswer();
    answer.take([{ kind: 'thought', text: 'hm' }], { now: 1000 });
    answer.take([{ kind: 'thought', text: 'm' }, { kind: 'thought_over' }, text('x')], { now: 1400 });
    expect(answer.parts).toMatchObject([{ kind: 'thinking', text: 'hmm', duration_ms: 400 }, { text: 'x' }]);
  });

  test('measures nothing of what happened before', () => {
    const answer = new GrowingAnswer();
    answer.take([{ kind: 'thought', text: 'hm' }, { kind: 'thought_over' }], { now: null });
    expect(answer.parts).toMatchObject([{ duration_ms: null }]);
  });

  test('goes on from what is known when the stream tells only what is new', () => {
    const known = [{ ...EMPTY, kind: 'text' as const, text: 'a' }, callPart('0', null, 'terminal')];
    const answer = new GrowingAnswer(known);
    answer.take([result('0', 'done'), text('b')], { now: 0 });
    expect(answer.parts).toEqual([
      known[0],
      callPart('0', 'done', 'terminal'),
      { ...EMPTY, kind: 'text', text: 'b' },
    ]);
    expect(known[1]).toEqual(callPart('0', null, 'terminal'));
  });

  test('leaves pieces that did not change the same objects', () => {
    const answer = grow(text('a'), call('1'));
    const [first] = answer.parts;
    answer.take([result('1', 'x')], { now: 0 });
    expect(answer.parts[0]).toBe(first);
  });
});

test('measured durations outlive the look at what was kept', () => {
  const thought: Part = { ...EMPTY, kind: 'thinking', text: 'hm' };
  expect(keepDurations([thought], [{ ...thought, duration_ms: 5 }])).toEqual([
    { ...thought, duration_ms: 5 },
  ]);
  expect(keepDurations([{ ...thought, duration_ms: 7 }], [{ ...thought, duration_ms: 5 }])).toEqual([
    { ...thought, duration_ms: 7 },
  ]);
});
