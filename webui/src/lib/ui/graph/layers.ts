/** Where the nodes of a graph stand: in layers, each after all that lead to it. Lengths are in rem. */

export interface Edge {
  id: string;
  source: string;
  target: string;
}

/** Which way the graph grows. */
export type Direction = 'right' | 'down';

/** The corner of a node, from the left and from the top. */
export type Place = readonly [number, number];
export type Places = ReadonlyMap<string, Place>;

export const NODE = { width: 13, height: 4.5 };

/** Between layers, and between the nodes of one. */
const GAPS = { right: [4.5, 1.25], down: [3, 1.5] } as const;
const SWEEPS = 4;

/** Return the nodes in layers. An edge that leads back, in a circle, is left out of account. */
export function layersOf(ids: readonly string[], edges: readonly Edge[]): string[][] {
  const before = neighbours(ids, edges, 'target', 'source');
  const depths = new Map<string, number>();
  const visiting = new Set<string>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    visiting.add(id);
    const earlier = (before.get(id) ?? []).filter((one) => !visiting.has(one));
    const depth = Math.max(-1, ...earlier.map(depthOf)) + 1;
    visiting.delete(id);
    depths.set(id, depth);
    return depth;
  };
  const layers: (string[] | undefined)[] = [];
  for (const id of ids) (layers[depthOf(id)] ??= []).push(id);
  return untangled(
    Array.from(layers, (layer) => layer ?? []),
    ids,
    edges,
  );
}

/** Return how many nodes of a graph that grows down can stand side by side in such a width, at least two. */
export const mostAbreast = (width: number): number =>
  Math.max(2, Math.floor((width + GAPS.down[1]) / (NODE.width + GAPS.down[1])));

/**
 * Return a place for each node; those of a layer stand side by side around one middle line, no more than `most` of them:
 * then others stand ahead of them.
 */
export function placesOf(
  ids: readonly string[],
  edges: readonly Edge[],
  direction: Direction,
  most = Infinity,
): Places {
  const [along, across] = GAPS[direction];
  const [length, breadth] = direction === 'right' ? [NODE.width, NODE.height] : [NODE.height, NODE.width];
  const rows = layersOf(ids, edges).flatMap((layer) => inRows(layer, most));
  const placed = rows.flatMap((layer, depth) =>
    layer.map((id, index): [string, Place] => {
      const ahead = depth * (length + along);
      const aside = (index - (layer.length - 1) / 2) * (breadth + across);
      return [id, direction === 'right' ? [ahead, aside] : [aside, ahead]];
    }),
  );
  return new Map(placed);
}

/** Return a layer as rows that are about equally long. */
function inRows(layer: readonly string[], most: number): string[][] {
  const count = Math.max(1, Math.ceil(layer.length / most));
  const length = Math.ceil(layer.length / count);
  return Array.from({ length: count }, (_, row) => layer.slice(row * length, (row + 1) * length));
}

/** Return a place for each node: as it was moved, or else its usual one, or below that where another is in the way. */
export function placesWith(moved: Places, usual: Places): Places {
  const placed = new Map([...moved].filter(([id]) => usual.has(id)));
  for (const [id, place] of usual)
    if (!placed.has(id)) placed.set(id, freePlace(place, [...placed.values()]));
  return placed;
}

function freePlace([left, top]: Place, taken: readonly Place[]): Place {
  const isOver = ([otherLeft, otherTop]: Place) =>
    Math.abs(otherLeft - left) < NODE.width && Math.abs(otherTop - top) < NODE.height;
  return taken.some(isOver) ? freePlace([left, top + NODE.height + 1], taken) : [left, top];
}

type End = 'source' | 'target';

/** Return, for each node at one end of edges, the nodes at the other. */
function neighbours(ids: readonly string[], edges: readonly Edge[], end: End, other: End) {
  const found = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const edge of edges) if (found.has(edge[other])) found.get(edge[end])?.push(edge[other]);
  return found;
}

/** Order each layer by the middle of its neighbours in the layers beside it, forth and back: fewer edges cross. */
function untangled(layers: string[][], ids: readonly string[], edges: readonly Edge[]): string[][] {
  const before = neighbours(ids, edges, 'target', 'source');
  const after = neighbours(ids, edges, 'source', 'target');
  let ordered = layers;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const beside = sweep % 2 ? after : before;
    const ranks = new Map(ordered.flatMap((layer) => layer.map((id, rank) => [id, rank - layer.length / 2])));
    ordered = ordered.map((layer) => {
      const middle = (id: string) => mean((beside.get(id) ?? []).map((one) => ranks.get(one) ?? 0));
      return layer
        .map((id) => ({ id, middle: middle(id) ?? ranks.get(id) ?? 0 }))
        .sort((one, other) => one.middle - other.middle)
        .map(({ id }) => id);
    });
  }
  return ordered;
}

const mean = (numbers: readonly number[]): number | null =>
  numbers.length ? numbers.reduce((sum, number) => sum + number, 0) / numbers.length : null;
