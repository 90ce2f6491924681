/** What a program printed, with the changes of files that stand in it told apart from all else. */
import { readDiff } from './change';

export type Piece = { kind: 'text'; text: string } | { kind: 'file'; diff: string };

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
/** What git says above the change of a file is said by the change. */
const GIT = /^(diff --git |index [0-9a-f]+\.\.|new file mode |deleted file mode )/;

/** Return a text in pieces: each change of a file, whole and to the letter, and what stands around them. */
export function piecesOf(text: string): Piece[] {
  const lines = text.replace(/\n$/, '').split('\n');
  const pieces: Piece[] = [];
  let around: string[] = [];
  const close = () => {
    if (around.some((line) => line.trim())) pieces.push({ kind: 'text', text: around.join('\n') });
    around = [];
  };
  for (let place = 0; place < lines.length;) {
    const end = endOfChange(lines, place);
    const diff = lines.slice(place, end).join('\n');
    if (end > place && readDiff(diff)) {
      while (GIT.test(around.at(-1) ?? '')) around.pop();
      close();
      pieces.push({ kind: 'file', diff });
      place = end;
    } else {
      around.push(lines[place++] ?? '');
    }
  }
  close();
  return pieces;
}

/** Return where the change ends that begins with a line, or that line where none does. */
function endOfChange(lines: readonly string[], start: number): number {
  const isHead = lines[start]?.startsWith('--- ') && lines[start + 1]?.startsWith('+++ ');
  if (!isHead) return start;
  let place = start + 2;
  for (let hunk = HUNK.exec(lines[place] ?? ''); hunk; hunk = HUNK.exec(lines[place] ?? '')) {
    let [old, fresh] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
    for (place++; old > 0 || fresh > 0; place++) {
      const mark = lines[place]?.charAt(0);
      if (mark === undefined) return start;
      if (mark !== '+' && mark !== '\\') old--;
      if (mark !== '-' && mark !== '\\') fresh--;
    }
    if (lines[place]?.startsWith('\\')) place++;
  }
  return place > start + 2 ? place : start;
}
