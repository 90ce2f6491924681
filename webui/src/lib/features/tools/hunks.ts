/** A change cut into what is shown of it: the lines that differ, with a few around them. */
import type { ChangedLine } from './change';

/** Lines that stand together, below some that stay and are folded. */
export interface Hunk {
  /** How many lines are folded above it. */
  gap: number;
  /** The folded lines, where they are known. */
  folded: ChangedLine[];
  lines: ChangedLine[];
}

/** As many lines that stay are shown on each side of what differs. */
const CONTEXT = 3;
/** To fold fewer takes more room than it saves. */
const FEWEST_FOLDED = 4;

/** Cut the lines of a whole text. What is folded below its last change is a hunk without lines. */
export function cutHunks(lines: readonly ChangedLine[]): Hunk[] {
  const isShown = findShown(lines);
  const hunks: Hunk[] = [];
  for (let place = 0; place < lines.length;) {
    const start = endOfRun(isShown, place, 0);
    const end = endOfRun(isShown, start, 1);
    hunks.push({ gap: start - place, folded: lines.slice(place, start), lines: lines.slice(start, end) });
    place = end;
  }
  return hunks;
}

/** Return the pieces of a comparison as hunks. It does not say what stands between them. */
export function hunksOf(pieces: readonly ChangedLine[][]): Hunk[] {
  let next = 1;
  return pieces.map((lines) => {
    const first = lines.find(({ old }) => old !== null)?.old ?? next;
    const gap = Math.max(0, first - next);
    next = (lines.findLast(({ old }) => old !== null)?.old ?? first - 1) + 1;
    return { gap, folded: [], lines };
  });
}

/** 1 for each line that differs or stands near one that does. */
function findShown(lines: readonly ChangedLine[]): Uint8Array {
  const isShown = new Uint8Array(lines.length);
  lines.forEach(({ mark }, place) => {
    if (mark !== ' ') isShown.fill(1, Math.max(0, place - CONTEXT), place + CONTEXT + 1);
  });
  for (let place = 0; place < lines.length;) {
    const end = endOfRun(isShown, place, 0);
    if (end - place < FEWEST_FOLDED) isShown.fill(1, place, end);
    place = endOfRun(isShown, end, 1);
  }
  return isShown;
}

function endOfRun(values: Uint8Array, start: number, value: 0 | 1): number {
  const end = values.indexOf(1 - value, start);
  return end < 0 ? values.length : end;
}
