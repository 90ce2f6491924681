import { beforeEach, expect, test } from 'vitest';
import { Queue } from './queue.svelte';

const image = { data: 'data:image/png;base64,AAAA', filename: 'a.png', mime_type: 'image/png' };
const message = (text: string) => ({ text, reflects: false, images: [] });
const texts = ({ items }: Queue) => items.map(({ text }) => text);

beforeEach(() => sessionStorage.clear());

test('messages leave it in the order in which they came, and stand in front when they come back', () => {
  const queue = new Queue('conv_1');
  for (const text of ['one', 'two', 'three']) queue.push(message(text));
  const first = queue.next();
  expect([first?.text, texts(queue)]).toEqual(['one', ['two', 'three']]);
  if (first) queue.giveBack(first);
  queue.take(queue.items[1]?.key ?? '');
  expect(texts(queue)).toEqual(['one', 'three']);
});

test('it outlives a reload, each conversation with its own', () => {
  const queue = new Queue('conv_1');
  queue.push({ ...message('one'), reflects: true });
  expect(new Queue('conv_1').items).toMatchObject([{ text: 'one', reflects: true, images: [], lost: 0 }]);
  expect(new Queue('conv_2').items).toEqual([]);
  queue.forget();
  expect(sessionStorage.length).toBe(0);
});

test('what was said before a conversation had its id belongs to it', () => {
  const queue = new Queue(null);
  queue.push(message('one'));
  queue.adopt('conv_1');
  expect([texts(new Queue(null)), texts(new Queue('conv_1'))]).toEqual([[], ['one']]);
});

test('a message whose images a reload has lost is not sent without them, nor overtaken', () => {
  const queue = new Queue('conv_1');
  queue.push({ ...message('look'), images: [image, image] });
  queue.push(message('and then'));
  const again = new Queue('conv_1');
  expect([again.items[0]?.lost, again.next()]).toEqual([2, null]);
  again.take(again.items[0]?.key ?? '');
  expect(again.next()?.text).toBe('and then');
});
