import { expect, test } from 'vitest';
import type { Part } from '$lib/api/shapes';
import { arrange } from './arrange';

const part = (kind: Part['kind'], more: Partial<Part> = {}): Part => ({
  kind,
  text: '',
  call: null,
  approval_id: null,
  duration_ms: null,
  meta: {},
  ...more,
});
const call = (name: string, approval_id: string | null = null) =>
  part('tool_call', { approval_id, call: { id: name, name, args: {}, result: '', is_error: false } });

test('reads that follow each other are one piece, and keys stay while it grows', () => {
  const parts = [
    part('thinking', { text: 'hm' }),
    part('text', { text: 'I look.' }),
    call('read_file'),
    call('list_files'),
    call('terminal'),
    call('search_files'),
    call('read_file', 'appr_1'),
    part('text', { text: 'Done.' }),
  ];
  const spelled = arrange(parts).map((piece) => [
    piece.key,
    piece.kind,
    piece.kind === 'reads' ? piece.parts.length : 1,
  ]);
  expect(spelled).toEqual([
    ['0', 'thinking', 1],
    ['1', 'text', 1],
    ['2', 'reads', 2],
    ['4', 'call', 1],
    ['5', 'reads', 1],
    // One that a person was asked about stands alone.
    ['6', 'call', 1],
    ['7', 'text', 1],
  ]);
  const before = arrange(parts.slice(0, 3)).map(({ key }) => key);
  expect(
    arrange(parts)
      .map(({ key }) => key)
      .slice(0, 3),
  ).toEqual(before);
});

test('a text that is still empty takes no place', () => {
  expect(arrange([part('text'), part('thinking')])).toEqual([]);
});
