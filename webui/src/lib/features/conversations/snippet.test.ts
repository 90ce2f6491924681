import { expect, test } from 'vitest';
import { piecesOf } from './snippet';

test('a snippet is text in pieces, whatever it holds', () => {
  expect(piecesOf('…a &lt;mark&gt; &amp;amp; <mark>&quot;b&#x27;</mark> c<mark>d</mark>')).toEqual([
    { text: '…a <mark> &amp; ', isMarked: false },
    { text: '"b\'', isMarked: true },
    { text: ' c', isMarked: false },
    { text: 'd', isMarked: true },
  ]);
});
