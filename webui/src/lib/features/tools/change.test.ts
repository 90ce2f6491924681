import { describe, expect, test } from 'vitest';
import { changedLines, readDiff } from './change';
import { compare } from './compare';
import { cutHunks, hunksOf } from './hunks';
import { firstRows, rowsBelow, rowsBeside, type Side } from './side-by-side';
import { wordsOf } from './words';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);
const spell = (before: string, after: string) =>
  changedLines(before, after).map(({ mark, text }) => mark + text);

describe('the lines of a change', () => {
  test('stay wherever both texts have them', () => {
    expect(spell('a\nb\nc', 'a\nB\nB2\nc')).toEqual([' a', '-b', '+B', '+B2', ' c']);
    expect(spell('a\nb\nc\nd\ne', 'A\nb\nc\nd\nE')).toEqual(['-a', '+A', ' b', ' c', ' d', '-e', '+E']);
  });

  test('are not counted from both ends', () => {
    expect(spell('a\na', 'a')).toEqual([' a', '-a']);
    expect(spell('a', 'a\na')).toEqual([' a', '+a']);
    expect(spell('a', 'a')).toEqual([' a']);
  });

  test('count a last line break where only one of them has it', () => {
    expect(spell('a\n', 'b\n')).toEqual(['-a', '+b']);
    expect(spell('a', 'a\n')).toEqual([' a', '+']);
  });

  test('only come in new text, and only go in removed text', () => {
    expect(spell('', 'x\n')).toEqual(['+x']);
    expect(spell('', 'x\n\n')).toEqual(['+x', '+']);
    expect(spell('x', '')).toEqual(['-x']);
  });

  test('have the numbers that they have in each text', () => {
    expect(changedLines('a\nb\nc', 'a\nB\nB2\nc').map(({ old, fresh }) => [old, fresh])).toEqual([
      [1, 1],
      [2, null],
      [null, 2],
      [null, 3],
      [3, 4],
    ]);
  });
});

describe('long texts', () => {
  const sides = (old: readonly string[], fresh: readonly string[]) => {
    const compared = compare(old, fresh);
    const without = (left: string) => compared.filter(({ mark }) => mark !== left).map(({ text }) => text);
    return [without('+'), without('-')];
  };

  test('of tens of thousands of lines keep what stays, wherever they differ', () => {
    const old = numbers(20_000);
    const fresh = old.flatMap((line, index) => (index % 100 === 50 ? [`${line}!`, 'new'] : [line]));
    expect(sides(old, fresh)).toEqual([old, fresh]);
    expect(compare(old, fresh).filter(({ mark }) => mark === '+')).toHaveLength(400);
  });

  test('without a line of their own are made again to the letter', () => {
    const old = Array.from({ length: 20_000 }, (_, index) => String(index % 7));
    const fresh = Array.from({ length: 20_000 }, (_, index) => String((index * 3) % 11));
    expect(sides(old, fresh)).toEqual([old, fresh]);
  });

  test('in another order keep the longest part that is in order', () => {
    const old = numbers(3000);
    const fresh = [...old.slice(2000), ...old.slice(0, 2000)];
    expect(sides(old, fresh)).toEqual([old, fresh]);
    expect(compare(old, fresh).filter(({ mark }) => mark === ' ')).toHaveLength(2000);
  });
});

describe('a unified diff', () => {
  const DIFF =
    '--- a.py\n+++ a.py\n@@ -3,2 +3,3 @@\n x\n-y\n+Y\n+--- z\n@@ -40 +41 @@\n-end\n\\ No newline at end of file\n+End\n';

  test('is read piece by piece, with the numbers of the file', () => {
    const pieces = readDiff(DIFF) ?? [];
    expect(
      pieces.map((lines) => lines.map(({ mark, text, old, fresh }) => [mark + text, old, fresh])),
    ).toEqual([
      [
        [' x', 3, 3],
        ['-y', 4, null],
        ['+Y', null, 4],
        ['+--- z', null, 5],
      ],
      [
        ['-end', 40, null],
        ['+End', null, 41],
      ],
    ]);
    expect(hunksOf(pieces).map(({ gap, folded }) => [gap, folded.length])).toEqual([
      [2, 0],
      [35, 0],
    ]);
  });

  test('of a new file has no line above it', () => {
    const pieces = readDiff('--- a\n+++ a\n@@ -0,0 +1,2 @@\n+x\n+y\n') ?? [];
    expect(pieces[0]?.map(({ old, fresh }) => [old, fresh])).toEqual([
      [null, 1],
      [null, 2],
    ]);
    expect(hunksOf(pieces)[0]?.gap).toBe(0);
  });

  test('that was cut off is not taken for the whole', () => {
    const cut = DIFF.split('\n').slice(0, -2).join('\n');
    expect([cut, '', 'words\n'].map(readDiff)).toEqual([null, null, null]);
  });
});

describe('hunks', () => {
  const cut = (old: string[], fresh: string[]) =>
    cutHunks(changedLines(old.join('\n'), fresh.join('\n'))).map(({ gap, folded, lines }) => [
      gap,
      folded.length,
      lines.length,
    ]);

  test('are what differs with three lines around it', () => {
    const old = numbers(40);
    expect(cut(old, old.with(10, 'x').with(30, 'y'))).toEqual([
      [7, 7, 8],
      [13, 13, 8],
      [6, 6, 0],
    ]);
  });

  test('do not fold what would save no room', () => {
    const old = numbers(16);
    expect(cut(old, old.with(5, 'x').with(14, 'y'))).toEqual([[0, 0, 18]]);
  });

  test('of texts that are the same are folded whole', () => {
    expect([cut(numbers(9), numbers(9)), cut(['a'], ['a'])]).toEqual([[[9, 9, 0]], [[0, 0, 1]]]);
  });
});

describe('rows', () => {
  const marks = (side: Side | null | undefined) =>
    side &&
    wordsOf(side)
      .map(({ text, isChanged }) => (isChanged ? `[${text}]` : text))
      .join('');
  const beside = (before: string, after: string) =>
    rowsBeside(changedLines(before, after)).map((row) => row.map(marks));

  test('have what was beside what is, with the words that differ', () => {
    const before = 'same\nshare = cents // people\nlast';
    expect(beside(before, 'same\nshare = cents / people\nnew\nlast')).toEqual([
      ['same', 'same'],
      ['share = cents /[/] people', 'share = cents / people'],
      [null, 'new'],
      ['last', 'last'],
    ]);
  });

  test('mark words that differ in a row as one', () => {
    expect(beside('let the old name be here', 'let a new name be here')).toEqual([
      ['let [the old] name be here', 'let [a new] name be here'],
    ]);
  });

  test('do not mark words of lines that have little in common, or are very long', () => {
    const long = 'word '.repeat(500);
    expect(beside('alpha beta', 'gamma delta')).toEqual([['alpha beta', 'gamma delta']]);
    expect(beside(`${long}x`, `${long}y`)).toEqual([[`${long}x`, `${long}y`]]);
  });

  test('one below the other keep their order, and mark the same words', () => {
    const lines = changedLines('a b c\nd e', 'a B c\nd E');
    const rows = rowsBelow(lines);
    expect(rows.map(([side]) => side?.line)).toEqual(lines);
    expect(rows.map(([side]) => marks(side))).toEqual(['a [b] c', 'd [e]', 'a [B] c', 'd [E]']);
  });

  test('are kept from the first on', () => {
    const hunks = [4, 3, 2].map((count) => {
      const lines = changedLines('', numbers(count).join('\n'));
      return { gap: 0, folded: [], lines, rows: rowsBelow(lines) };
    });
    expect(firstRows(hunks, 6).map(({ rows }) => rows.length)).toEqual([4, 2]);
    expect(firstRows(hunks, 7).map(({ rows }) => rows.length)).toEqual([4, 3]);
  });
});
