import { describe, expect, test } from 'vitest';
import { beside, divided, readLayout, terminalsIn, without, type Layout } from './layout';

const three: Layout = {
  direction: 'row',
  part: 0.5,
  halves: ['a', { direction: 'column', part: 0.25, halves: ['b', 'c'] }],
};

describe('terminals beside each other', () => {
  test('are put to the right or below, and are found in their order', () => {
    const two = beside('a', 'a', 'b', 'row');
    expect(two).toEqual({ direction: 'row', part: 0.5, halves: ['a', 'b'] });
    expect(terminalsIn(beside(two, 'b', 'c', 'column'))).toEqual(['a', 'b', 'c']);
    expect(beside(two, 'x', 'c', 'row')).toEqual(two);
  });

  test('leave their room to what stood beside them', () => {
    expect(without(three, 'a')).toEqual({ direction: 'column', part: 0.25, halves: ['b', 'c'] });
    expect(without(three, 'b')).toEqual({ direction: 'row', part: 0.5, halves: ['a', 'c'] });
    expect(without('a', 'a')).toBeNull();
    expect(without(three, 'x')).toEqual(three);
  });

  test('are divided anew, and none of them disappears', () => {
    expect(divided(three, [1], 0.6)).toMatchObject({ part: 0.5, halves: ['a', { part: 0.6 }] });
    expect(divided(three, [], 5)).toMatchObject({ part: 0.9 });
    expect(divided(three, [0], 0.6)).toEqual(three);
  });

  test('are read as they were kept, as far as that can be read', () => {
    expect(readLayout(JSON.parse(JSON.stringify(three)))).toEqual(three);
    expect(readLayout({ direction: 'row', part: 'x', halves: ['a', 'b'] })).toMatchObject({ part: 0.5 });
    expect(readLayout({ direction: 'row', halves: ['a', {}] })).toBe('a');
    expect(
      [null, 4, '', {}, { halves: ['a', 'b'] }, { direction: 'row', halves: [] }].map(readLayout),
    ).toEqual(Array.from({ length: 6 }, () => null));
  });
});
