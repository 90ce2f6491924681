import { describe, expect, it } from 'vitest';
import { readDiff } from './change';
import { filesOfDiff } from './files-of-diff';

const TWO = `--- a.py
+++ a.py
@@ -1,2 +1,2 @@
--- not a head
+++ neither
 stays
--- b.py
+++ b.py
@@ -4 +4,2 @@
-old
+new
+end
\\ No newline at end of file
`;

describe('a diff of several files', () => {
  it('is cut where the next file begins, whatever lines look like', () => {
    const files = filesOfDiff(TWO);
    expect(files.map(({ path }) => path)).toEqual(['a.py', 'b.py']);
    const read = files.map(({ diff }) =>
      readDiff(diff)
        ?.flat()
        .map(({ mark, text }) => mark + text),
    );
    expect(read).toEqual([
      ['--- not a head', '+++ neither', ' stays'],
      ['-old', '+new', '+end'],
    ]);
  });

  it('calls files as they are called, and not as git marks them', () => {
    const named = (before: string, after: string) =>
      filesOfDiff(`--- ${before}\n+++ ${after}\n@@ -1 +1 @@\n-a\n+b\n`).map(({ path }) => path);
    expect(named('a/x.py', 'b/x.py')).toEqual(['x.py']);
    expect(named('/dev/null', 'b/x.py')).toEqual(['x.py']);
    expect(named('a/x.py', '/dev/null')).toEqual(['x.py']);
    expect(named('b/x.py', 'b/x.py')).toEqual(['b/x.py']);
  });

  it('is nothing where there is none', () => {
    expect(filesOfDiff('')).toEqual([]);
    expect(filesOfDiff('Nothing changed.')).toEqual([]);
  });
});
