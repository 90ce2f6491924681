/** How the lines of a change are laid out: one below the other, or what was beside what is. */
import type { ChangedLine } from './change';
import type { Hunk } from './hunks';

/** A line, and the one that stands in its place in the other text. */
export interface Side {
  line: ChangedLine;
  partner: ChangedLine | null;
}

/** What stands in one row: a line, or what was and what is; null where one of them has nothing there. */
export type Row = (Side | null)[];

export interface LaidOut extends Hunk {
  rows: Row[];
}

/** Return the rows of lines that stand one below the other. */
export function rowsBelow(lines: readonly ChangedLine[]): Row[] {
  return runsOf(lines).flatMap(([first, ...rest]) => {
    if (first?.mark === ' ') return [[plain(first)]];
    const { gone, come } = pair(first ? [first, ...rest] : rest);
    return [...gone, ...come].map((side) => [side]);
  });
}

/** Return the rows of lines beside each other: those that go beside those that come in their place. */
export function rowsBeside(lines: readonly ChangedLine[]): Row[] {
  return runsOf(lines).flatMap((run) => {
    const { gone, come } = pair(run);
    if (!gone.length && !come.length) return run.map((line) => [plain(line), plain(line)]);
    return Array.from({ length: Math.max(gone.length, come.length) }, (_, index) => [
      gone[index] ?? null,
      come[index] ?? null,
    ]);
  });
}

/** Keep the first rows of all hunks together, and no hunk after the last of them. */
export function firstRows(hunks: readonly LaidOut[], most: number): LaidOut[] {
  let left = most;
  return hunks.flatMap((hunk) => {
    if (left <= 0) return [];
    const rows = hunk.rows.slice(0, left);
    left -= hunk.rows.length;
    return [{ ...hunk, rows }];
  });
}

/** Cut lines into single ones that stay, and runs of those that do not. */
function runsOf(lines: readonly ChangedLine[]): ChangedLine[][] {
  const runs: ChangedLine[][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last && line.mark !== ' ' && last[0]?.mark !== ' ') last.push(line);
    else runs.push([line]);
  }
  return runs;
}

function pair(run: readonly ChangedLine[]): { gone: Side[]; come: Side[] } {
  const gone = run.filter(({ mark }) => mark === '-');
  const come = run.filter(({ mark }) => mark === '+');
  return {
    gone: gone.map((line, place) => ({ line, partner: come[place] ?? null })),
    come: come.map((line, place) => ({ line, partner: gone[place] ?? null })),
  };
}

const plain = (line: ChangedLine): Side => ({ line, partner: null });
