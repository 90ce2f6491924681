/** Which of many rows are drawn. In place of the others stand gaps as high as those were, or as rows usually are. */

/** So few are drawn all. */
export const FEW_ROWS = 60;
/** Pixels; it holds until some rows were measured. */
const USUAL_HEIGHT = 240;

export type Piece = { kind: 'row'; index: number } | { kind: 'gap'; from: number; height: number };

/** A part of all rows, in pixels from the top of the first one. */
export interface View {
  top: number;
  height: number;
}

export class RowHeights {
  readonly #measured = new Map<string, number>();
  /** It is fixed once it is known: what stands above the view must not change by itself. */
  #usual: number | null = null;

  of(key: string): number {
    return this.#measured.get(key) ?? this.#usual ?? USUAL_HEIGHT;
  }

  /** Take in heights; return for each row by how much it differs from what was assumed. */
  measure(rows: readonly { key: string; height: number }[]): number[] {
    const differences = rows.map(({ key, height }) => height - this.of(key));
    for (const { key, height } of rows) this.#measured.set(key, height);
    if (rows.length) this.#usual ??= rows.reduce((sum, { height }) => sum + height, 0) / rows.length;
    return differences;
  }

  /** How far below the first row one begins. */
  before(keys: readonly string[], index: number): number {
    let sum = 0;
    for (let row = 0; row < index; row++) sum += this.of(keys[row] ?? '');
    return sum;
  }
}

/** Return what is drawn: the rows in `view` and as much again on both sides of it, `kept` ones, and gaps. */
export function drawRows(
  keys: readonly string[],
  heights: RowHeights,
  view: View,
  kept: ReadonlySet<number>,
): Piece[] {
  if (keys.length <= FEW_ROWS) return keys.map((_, index) => ({ kind: 'row', index }));
  const top = Math.min(view.top, heights.before(keys, keys.length) - view.height) - view.height;
  const bottom = top + 3 * view.height;
  const pieces: Piece[] = [];
  let offset = 0;
  keys.forEach((key, index) => {
    const height = heights.of(key);
    const isNear = offset + height > top && offset < bottom;
    offset += height;
    const last = pieces.at(-1);
    if (isNear || kept.has(index)) pieces.push({ kind: 'row', index });
    else if (last?.kind === 'gap') last.height += height;
    else pieces.push({ kind: 'gap', from: index, height });
  });
  return pieces;
}
