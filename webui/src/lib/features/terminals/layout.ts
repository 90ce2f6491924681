/** Which terminals stand beside each other: one, or two halves that may be divided again. */

export type Direction = 'row' | 'column';

export interface Split {
  direction: Direction;
  /** How much of the room the first half has, from 0 to 1. */
  part: number;
  halves: readonly [Layout, Layout];
}

/** A terminal by its id, or a split. */
export type Layout = string | Split;

/** Which halves lead to a place: 0 for the first, 1 for the second. */
export type Path = readonly (0 | 1)[];

export const LEAST_PART = 0.1;

export function terminalsIn(layout: Layout): string[] {
  return typeof layout === 'string' ? [layout] : layout.halves.flatMap(terminalsIn);
}

/** Put `added` beside `id`: to its right, or below it. */
export function beside(layout: Layout, id: string, added: string, direction: Direction): Layout {
  if (typeof layout !== 'string') return onHalves(layout, (half) => beside(half, id, added, direction));
  return layout === id ? { direction, part: 0.5, halves: [id, added] } : layout;
}

/** Take a terminal out; what stood beside it takes its room. Null where nothing is left. */
export function without(layout: Layout, id: string): Layout | null {
  if (typeof layout === 'string') return layout === id ? null : layout;
  const [first, second] = layout.halves.map((half) => without(half, id));
  if (!first || !second) return first ?? second ?? null;
  return { ...layout, halves: [first, second] };
}

/** Give the first half at `path` another part of the room. */
export function divided(layout: Layout, path: Path, part: number): Layout {
  if (typeof layout === 'string') return layout;
  const [turn, ...rest] = path;
  if (turn === undefined) return { ...layout, part: Math.min(Math.max(part, LEAST_PART), 1 - LEAST_PART) };
  const halves = layout.halves.map((half, index) => (index === turn ? divided(half, rest, part) : half));
  return { ...layout, halves: halves as [Layout, Layout] };
}

function onHalves(split: Split, change: (half: Layout) => Layout): Split {
  const [first, second] = split.halves;
  return { ...split, halves: [change(first), change(second)] };
}

/** Read a layout as it was kept; null for what is none. */
export function readLayout(value: unknown): Layout | null {
  if (typeof value === 'string') return value || null;
  if (!value || typeof value !== 'object') return null;
  const { direction, part, halves } = value as Partial<Record<keyof Split, unknown>>;
  if (!Array.isArray(halves) || (direction !== 'row' && direction !== 'column')) return null;
  const [first, second] = [readLayout(halves[0]), readLayout(halves[1])];
  if (!first || !second) return first ?? second;
  return {
    direction,
    part: typeof part === 'number' && part > 0 && part < 1 ? part : 0.5,
    halves: [first, second],
  };
}
