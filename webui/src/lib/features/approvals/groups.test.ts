import { expect, test } from 'vitest';
import type { Approval } from '$lib/api/shapes';
import { groupAlike, isOverdue, placeAfter } from './groups';

const asked = (approval_id: string, likeness: string | null, expires_at: string | null = null) =>
  ({ approval_id, likeness, expires_at }) as unknown as Approval;

test('what is alike stands together where the first of it stood', () => {
  const groups = groupAlike([
    asked('a', 'x'),
    asked('b', null),
    asked('c', 'y'),
    asked('d', 'x'),
    asked('e', null),
  ]);
  expect(groups.map(({ key, approvals }) => [key, approvals.map((one) => one.approval_id)])).toEqual([
    ['x', ['a', 'd']],
    ['b', ['b']],
    ['y', ['c']],
    ['e', ['e']],
  ]);
});

test('what is out of time is known before the server says so', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(isOverdue(asked('a', null), now)).toBe(false);
  expect(isOverdue(asked('a', null, '2026-01-01T00:00:01Z'), now)).toBe(false);
  expect(isOverdue(asked('a', null, '2026-01-01T00:00:00Z'), now)).toBe(true);
});

test('arrows go from one to the next and stop at the ends', () => {
  expect(placeAfter(-1, 'ArrowDown', 3)).toBe(0);
  expect(placeAfter(0, 'ArrowDown', 3)).toBe(1);
  expect(placeAfter(2, 'ArrowDown', 3)).toBe(2);
  expect(placeAfter(0, 'ArrowUp', 3)).toBe(0);
  expect(placeAfter(-1, 'ArrowUp', 0)).toBe(-1);
});
