/** A unified diff of several files, cut into those of each. */

export interface FileChange {
  path: string;
  diff: string;
}

const NOTHING = '/dev/null';
const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Return what a unified diff changes, file by file; nothing where it is none.
 *
 * Lines are counted as the heads of its pieces say: what a line of a file begins with says nothing.
 */
export function filesOfDiff(diff: string): FileChange[] {
  const files: { old: string; path: string; lines: string[] }[] = [];
  let [old, fresh] = [0, 0];
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const hunk = old || fresh ? null : HUNK.exec(line);
    if (old || fresh) {
      if (!line.startsWith('+') && !line.startsWith('\\')) old--;
      if (!line.startsWith('-') && !line.startsWith('\\')) fresh--;
    } else if (hunk) {
      [old, fresh] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
    } else if (line.startsWith('--- ')) {
      files.push({ old: pathOf(line), path: '', lines: [] });
    } else if (line.startsWith('+++ ')) {
      const file = files.at(-1);
      if (file) file.path = pathOf(line);
    }
    files.at(-1)?.lines.push(line);
  }
  return files.map(({ old, path, lines }) => ({ path: nameOf(old, path), diff: lines.join('\n') }));
}

/** What stands after a tab is when the file was written. */
const pathOf = (head: string) => head.slice(4).replace(/\t.*$/, '');

/** Return what a file is called: git puts it under `a` before and under `b` after, or at a place where nothing is. */
function nameOf(old: string, fresh: string): string {
  if (old === NOTHING) return fresh.replace(/^b\//, '');
  if (fresh === NOTHING) return old.replace(/^a\//, '');
  const isGit = old.startsWith('a/') && fresh.startsWith('b/');
  return isGit ? fresh.slice(2) : fresh;
}
