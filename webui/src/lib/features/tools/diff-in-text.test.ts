import { describe, expect, it } from 'vitest';
import { piecesOf } from './diff-in-text';

const README = `--- a/README.md
+++ b/README.md
@@ -1,3 +1,4 @@
 # Ledger
 
-Splits a bill.
+Splits a bill between friends.
+Every cent is paid.`;
const NEW = `--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+--- one
\\ No newline at end of file`;
const PRINTED = `On branch main
diff --git a/README.md b/README.md
index 947ba2a..0178c4f 100644
${README}
diff --git a/new.txt b/new.txt
new file mode 100644
index 0000000..5626abf
${NEW}
[exit code 1]
`;

describe('what a program printed', () => {
  it('is told apart from the changes of files in it', () => {
    expect(piecesOf(PRINTED)).toEqual([
      { kind: 'text', text: 'On branch main' },
      { kind: 'file', diff: README },
      { kind: 'file', diff: NEW },
      { kind: 'text', text: '[exit code 1]' },
    ]);
  });

  it('stays as it is where there is none, or where one is cut off', () => {
    const texts = ['one\n\n--- \ntwo', '--- a\n+++ b\nno hunk', PRINTED.split('\n').slice(0, 8).join('\n')];
    for (const text of texts) expect(piecesOf(text)).toEqual([{ kind: 'text', text }]);
    expect(piecesOf('')).toEqual([]);
  });
});
