/** A change of a text as lines that stay, go and come, with their numbers. */
import { compare, type Mark } from './compare';

export interface ChangedLine {
  mark: Mark;
  text: string;
  /** Its number before and after, from 1; null where it is not there. */
  old: number | null;
  fresh: number | null;
}

/** Return the lines of a change. They are numbered from the beginning of the texts. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const [old, fresh] = splitBoth(before, after);
  return numbered(compare(old, fresh), { old: 1, fresh: 1 });
}

/** The line break that both end with, or that ends all there is, begins no line. */
function splitBoth(before: string, after: string): [string[], string[]] {
  const isEnded = [before, after].every((text) => text === '' || text.endsWith('\n'));
  const split = (text: string) => (text === '' ? [] : (isEnded ? text.slice(0, -1) : text).split('\n'));
  return [split(before), split(after)];
}

const HEAD = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
/** How a comparison says that a text does not end with a line break. */
const NO_END = '\\';

interface Start {
  old: number;
  fresh: number;
}

interface Head extends Start {
  /** How many lines follow of each text. */
  oldLines: number;
  freshLines: number;
}

/** Return the pieces of a unified diff, numbered as in the file; null where the text is none, or was cut off. */
export function readDiff(diff: string): ChangedLine[][] | null {
  const pieces: ChangedLine[][] = [];
  const lines = diff.replace(/\n$/, '').split('\n');
  for (let place = lines.findIndex((line) => HEAD.test(line)); place >= 0 && place < lines.length;) {
    const head = readHead(lines[place] ?? '');
    const end = lines.findIndex((line, index) => index > place && HEAD.test(line));
    const piece = head && readPiece(lines.slice(place + 1, end < 0 ? undefined : end), head);
    if (!piece) return null;
    pieces.push(piece);
    place = end < 0 ? lines.length : end;
  }
  return pieces.length ? pieces : null;
}

function readHead(line: string): Head | null {
  const found = HEAD.exec(line);
  if (!found) return null;
  const [old = 1, oldLines = 1, fresh = 1, freshLines = 1] = found
    .slice(1)
    .map((digits: string | undefined) => (digits === undefined ? undefined : Number(digits)));
  return { old, oldLines, fresh, freshLines };
}

function readPiece(lines: readonly string[], head: Head): ChangedLine[] | null {
  const said = lines.filter((line) => !line.startsWith(NO_END));
  const marked = said.map((line) => ({ mark: line.charAt(0), text: line.slice(1) }));
  const count = (other: string) => marked.filter(({ mark }) => mark === ' ' || mark === other).length;
  const isWhole = count('-') === head.oldLines && count('+') === head.freshLines;
  return isWhole && marked.every(isLine) ? numbered(marked, head) : null;
}

const isLine = (line: { mark: string; text: string }): line is { mark: Mark; text: string } =>
  line.mark === ' ' || line.mark === '-' || line.mark === '+';

function numbered(lines: readonly { mark: Mark; text: string }[], start: Start): ChangedLine[] {
  let { old, fresh } = start;
  return lines.map(({ mark, text }) => ({
    mark,
    text,
    old: mark === '+' ? null : old++,
    fresh: mark === '-' ? null : fresh++,
  }));
}
