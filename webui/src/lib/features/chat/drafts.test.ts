import { beforeEach, expect, test, vi } from 'vitest';
import { Drafts } from './drafts';

beforeEach(() => localStorage.clear());

test('each conversation has a draft of its own, and one has none yet', () => {
  const drafts = new Drafts();
  drafts.write('conv_1', 'one');
  drafts.write(null, 'new');
  expect([drafts.read('conv_1'), drafts.read('conv_2'), drafts.read(null)]).toEqual(['one', '', 'new']);
});

test('drafts outlive a reload', () => {
  new Drafts().write('conv_1', 'half a thought');
  expect(new Drafts().read('conv_1')).toBe('half a thought');
});

test('what was typed before a conversation had its id belongs to it', () => {
  const drafts = new Drafts();
  drafts.write(null, 'typed meanwhile');
  drafts.adopt('conv_1');
  expect([drafts.read('conv_1'), drafts.read(null)]).toEqual(['typed meanwhile', '']);
});

test('how a conversation is answered is kept with it, and moves to it when it begins', () => {
  const drafts = new Drafts();
  drafts.reflect(null, true);
  drafts.adopt('conv_1');
  expect([drafts.reflects('conv_1'), drafts.reflects(null)]).toEqual([true, false]);
  drafts.reflect('conv_1', false);
  expect(localStorage.length).toBe(0);
});

test('an empty draft leaves nothing behind', () => {
  const drafts = new Drafts();
  drafts.write('conv_1', 'x');
  drafts.write('conv_1', '');
  drafts.write('conv_2', 'y');
  drafts.forget('conv_2');
  expect(localStorage.length).toBe(0);
});

test('storage that is full loses nothing that is on the screen', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect(() => new Drafts().write('conv_1', 'x')).not.toThrow();
});
