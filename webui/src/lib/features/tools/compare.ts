/** What of a list stays, goes and comes. */

export type Mark = ' ' | '-' | '+';

export interface Compared {
  mark: Mark;
  text: string;
}

/** As many pairs can be held against each other within a frame. */
const MOST_PAIRS = 400_000;
/** How often a long list is cut at entries that both have once, before the rest of it goes and comes anew. */
const MOST_CUTS = 8;

/**
 * Return both lists as one, with what stays in both; what goes stands before what comes in its place.
 *
 * Short lists keep as much as can be. Long ones are cut at entries that both have exactly once, as in a patience
 * diff, so that the time they take grows with their length and not with its square.
 */
export function compare(old: readonly string[], fresh: readonly string[], cuts = MOST_CUTS): Compared[] {
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  return [
    ...marked(' ', old.slice(0, head)),
    ...compareMiddle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail), cuts),
    ...marked(' ', old.slice(old.length - tail)),
  ];
}

function compareMiddle(old: readonly string[], fresh: readonly string[], cuts: number): Compared[] {
  if (!old.length || !fresh.length) return [...marked('-', old), ...marked('+', fresh)];
  if (old.length * fresh.length <= MOST_PAIRS) return comparePairs(old, fresh);
  const anchors = cuts > 0 ? findAnchors(old, fresh) : [];
  if (!anchors.length) return [...marked('-', old), ...marked('+', fresh)];
  let [row, column] = [0, 0];
  const compared = anchors.map((anchor) => {
    const before = compare(old.slice(row, anchor.row), fresh.slice(column, anchor.column), cuts - 1);
    [row, column] = [anchor.row, anchor.column];
    return before;
  });
  return [...compared.flat(), ...compare(old.slice(row), fresh.slice(column), cuts - 1)];
}

interface Anchor {
  row: number;
  column: number;
}

/** Return where entries stand that both lists have exactly once: the most of them that are in the same order. */
function findAnchors(old: readonly string[], fresh: readonly string[]): Anchor[] {
  const columns = placesOfSingles(fresh);
  const pairs = [...placesOfSingles(old)].flatMap(([text, row]) => {
    const column = columns.get(text);
    return column === undefined ? [] : [{ row, column }];
  });
  return longestRising(pairs);
}

function placesOfSingles(list: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  list.forEach((text, place) => (places.has(text) ? repeated.add(text) : places.set(text, place)));
  for (const text of repeated) places.delete(text);
  return places;
}

/** Return the longest series in which columns rise as the rows do. */
function longestRising(pairs: readonly Anchor[]): Anchor[] {
  interface Link extends Anchor {
    before: Link | undefined;
  }
  /** For each length, the series of that length which ends soonest. */
  const ends: Link[] = [];
  for (const pair of pairs) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.column ?? 0) < pair.column) low = middle + 1;
      else high = middle;
    }
    ends[low] = { ...pair, before: ends[low - 1] };
  }
  const series: Anchor[] = [];
  for (let link = ends.at(-1); link; link = link.before) series.push(link);
  return series.reverse();
}

function comparePairs(old: readonly string[], fresh: readonly string[]): Compared[] {
  const common = lengthsOfCommon(old, fresh);
  const width = fresh.length + 1;
  const compared: Compared[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < fresh.length) {
    const [from, to] = [old[row], fresh[column]];
    const here = row * width + column;
    const goes = to === undefined || (common[here + width] ?? 0) >= (common[here + 1] ?? 0);
    if (from !== undefined && from === to) {
      compared.push({ mark: ' ', text: from });
      row++;
      column++;
    } else if (from !== undefined && goes) {
      compared.push({ mark: '-', text: from });
      row++;
    } else {
      compared.push({ mark: '+', text: to ?? '' });
      column++;
    }
  }
  return compared;
}

/** For each pair of places, how many entries both lists can have in common from there on. */
function lengthsOfCommon(old: readonly string[], fresh: readonly string[]): Uint32Array {
  const width = fresh.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = fresh.length - 1; column >= 0; column--) {
      const here = row * width + column;
      common[here] =
        old[row] === fresh[column]
          ? (common[here + width + 1] ?? 0) + 1
          : Math.max(common[here + width] ?? 0, common[here + 1] ?? 0);
    }
  }
  return common;
}

const marked = (mark: Mark, texts: readonly string[]): Compared[] => texts.map((text) => ({ mark, text }));
