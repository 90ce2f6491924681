/** A unified diff of several files, cut into those of each. */

export interface FileChange {
  path: string;
  diff: string;
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Return what a unified diff changes, file by file; nothing where it is none.
 *
 * Lines are counted as the heads of its pieces say: what a line of a file begins with says nothing.
 */
export function filesOfDiff(diff: string): FileChange[] {
  const files: { path: string; lines: string[] }[] = [];
  let [old, fresh] = [0, 0];
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const hunk = old || fresh ? null : HUNK.exec(line);
    if (old || fresh) {
      if (!line.startsWith('+') && !line.startsWith('\\')) old--;
      if (!line.startsWith('-') && !line.startsWith('\\')) fresh--;
    } else if (hunk) {
      [old, fresh] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
    } else if (line.startsWith('--- ')) {
      files.push({ path: '', lines: [] });
    } else if (line.startsWith('+++ ')) {
      const file = files.at(-1);
      if (file) file.path = line.slice(4);
    }
    files.at(-1)?.lines.push(line);
  }
  return files.map(({ path, lines }) => ({ path, diff: lines.join('\n') }));
}
