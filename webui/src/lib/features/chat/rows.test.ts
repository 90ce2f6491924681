import { describe, expect, test } from 'vitest';
import { drawRows, FEW_ROWS, RowHeights, type Piece } from './rows';

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const keys = keysOf(2000);
const none = new Set<number>();

function measured(height: number): RowHeights {
  const heights = new RowHeights();
  heights.measure([{ key: 'm0', height }]);
  return heights;
}

const drawn = (pieces: Piece[]) => pieces.flatMap((piece) => (piece.kind === 'row' ? [piece.index] : []));
const gaps = (pieces: Piece[]) => pieces.flatMap((piece) => (piece.kind === 'gap' ? [piece.height] : []));

describe('the rows of a long conversation', () => {
  test('are drawn around the view, with gaps for all others', () => {
    const pieces = drawRows(keys, measured(100), { top: 50_000, height: 500 }, none);
    expect(drawn(pieces)).toEqual(keysOf(15).map((_, index) => 495 + index));
    expect(gaps(pieces)).toEqual([49_500, 149_000]);
  });

  test('are drawn at the end, wherever that is', () => {
    const pieces = drawRows(keys, measured(100), { top: Infinity, height: 500 }, none);
    expect(drawn(pieces)).toEqual(keysOf(10).map((_, index) => 1990 + index));
    expect(gaps(pieces)).toEqual([199_000]);
  });

  test('stay where they are kept', () => {
    const pieces = drawRows(keys, measured(100), { top: 0, height: 100 }, new Set([1000, 1999]));
    expect(drawn(pieces)).toEqual([0, 1, 1000, 1999]);
    expect(gaps(pieces)).toEqual([99_800, 99_800]);
  });

  test('take together what they were measured to take', () => {
    const heights = measured(100);
    expect(
      heights.measure([
        { key: 'm1', height: 130 },
        { key: 'm2', height: 40 },
      ]),
    ).toEqual([30, -60]);
    // The rows nobody measured keep the height they were taken for.
    expect(heights.before(keys, 4)).toBe(100 + 130 + 40 + 100);
  });

  test('are all drawn where they are few', () => {
    const pieces = drawRows(keysOf(FEW_ROWS), new RowHeights(), { top: 0, height: 1 }, none);
    expect(drawn(pieces)).toHaveLength(FEW_ROWS);
  });
});
