import { describe, expect, test } from 'vitest';
import { layersOf, mostAbreast, NODE, placesOf, placesWith, type Edge, type Place } from './layers';

const edges = (...pairs: string[]): Edge[] =>
  pairs.map((id) => {
    const [source = '', target = ''] = id.split('>');
    return { id, source, target };
  });

describe('the layers of a graph', () => {
  test('hold each node after all that lead to it', () => {
    const found = layersOf(['d', 'c', 'b', 'a'], edges('a>b', 'a>c', 'b>d', 'c>d', 'a>d'));
    expect(found.map((layer) => layer.toSorted())).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  test('leave an edge out of account that leads back', () => {
    expect(
      layersOf(['a', 'b', 'c'], edges('a>b', 'b>c', 'c>a', 'b>b'))
        .flat()
        .toSorted(),
    ).toEqual([...['a', 'b', 'c']]);
  });

  test('leave an edge out of account whose end is not there', () => {
    expect(layersOf(['a'], edges('gone>a', 'a>gone'))).toEqual([['a']]);
  });

  test('are in an order in which few edges cross', () => {
    expect(layersOf(['a', 'b', 'x', 'y'], edges('a>y', 'b>x'))).toEqual([
      ['a', 'b'],
      ['y', 'x'],
    ]);
  });

  test('of nothing are none', () => {
    expect(layersOf([], [])).toEqual([]);
  });
});

describe('places', () => {
  const ids = ['a', 'b', 'c'];
  const both = edges('a>b', 'a>c');

  test('grow to the right or down, and never lie over each other', () => {
    const right = placesOf(ids, both, 'right');
    const down = placesOf(ids, both, 'down');
    expect(right.get('b')?.[0]).toBeGreaterThan(NODE.width);
    expect(right.get('b')?.[0]).toBe(right.get('c')?.[0]);
    expect(Math.abs((right.get('b')?.[1] ?? 0) - (right.get('c')?.[1] ?? 0))).toBeGreaterThan(NODE.height);
    expect(down.get('b')?.[1]).toBeGreaterThan(NODE.height);
    expect(Math.abs((down.get('b')?.[0] ?? 0) - (down.get('c')?.[0] ?? 0))).toBeGreaterThan(NODE.width);
  });

  test('are no more than can be read side by side', () => {
    const wide = edges('a>b', 'a>c', 'a>d', 'a>e', 'a>f');
    const rows = (most: number) => {
      const tops = [...placesOf(['a', 'b', 'c', 'd', 'e', 'f'], wide, 'down', most).values()].map(
        ([, top]) => top,
      );
      return [...new Set(tops)].map((top) => tops.filter((one) => one === top).length);
    };
    expect([rows(2), rows(4), rows(Infinity)]).toEqual([
      [1, 2, 2, 1],
      [1, 3, 2],
      [1, 5],
    ]);
    expect([0, 27.5, 41, 42].map(mostAbreast)).toEqual([2, 2, 2, 3]);
  });

  test('stay where they were moved to; what is new steps out of the way', () => {
    const usual = new Map<string, Place>([
      ['a', [0, 0]],
      ['constructor', [20, 0]],
    ]);
    const moved = new Map<string, Place>([
      ['a', [20, 1]],
      ['gone', [5, 5]],
    ]);
    expect(placesWith(moved, usual)).toEqual(
      new Map<string, Place>([
        ['a', [20, 1]],
        ['constructor', [20, NODE.height + 1]],
      ]),
    );
  });
});
