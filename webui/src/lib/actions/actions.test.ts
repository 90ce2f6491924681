import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Actions, type Action } from './actions.svelte';

const action = (id: string, more: Partial<Action> = {}): Action => ({
  id,
  group: 'chat',
  icon: 'chat',
  label: () => id,
  run: () => undefined,
  ...more,
});

const press = (key: string, held: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, cancelable: true, ...held });

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = '';
});

describe('keys', () => {
  test('do what can be done now, and only that', () => {
    const [stop, create] = [vi.fn(), vi.fn()];
    const actions = new Actions();
    actions.add([
      action('stop', { keys: 'escape', run: stop, when: () => false }),
      action('create', { keys: 'mod+o', run: create }),
    ]);
    const [escape, open] = [press('Escape'), press('o', { ctrlKey: true })];
    actions.press(escape);
    actions.press(open);
    expect([stop.mock.calls.length, create.mock.calls.length]).toEqual([0, 1]);
    expect([escape.defaultPrevented, open.defaultPrevented]).toEqual([false, true]);
  });

  test('are text where somebody writes', () => {
    const run = vi.fn();
    const actions = new Actions();
    actions.add([action('sheet', { keys: '?', run }), action('palette', { keys: 'mod+k', run })]);
    const field = document.body.appendChild(document.createElement('textarea'));
    field.addEventListener('keydown', (event) => actions.press(event));
    field.dispatchEvent(press('?'));
    expect(run).not.toHaveBeenCalled();
    field.dispatchEvent(press('k', { ctrlKey: true }));
    expect(run).toHaveBeenCalledOnce();
  });

  test('belong to what lies over the page', () => {
    const run = vi.fn();
    const actions = new Actions();
    actions.add([action('palette', { keys: 'mod+k', run })]);
    document.body.appendChild(document.createElement('dialog')).setAttribute('open', '');
    actions.press(press('k', { ctrlKey: true }));
    expect(run).not.toHaveBeenCalled();
  });
});

describe('changed keys', () => {
  test('count in place of the usual ones, also when there are none', () => {
    const [one, two] = [action('one', { keys: 'mod+1' }), action('two', { keys: 'mod+2' })];
    const actions = new Actions(() => ({ one: 'f2', two: '' }));
    actions.add([one, two]);
    expect([actions.keysOf(one), actions.keysOf(two)]).toEqual(['f2', '']);
    expect([actions.ownerOf('f2')?.id, actions.ownerOf('mod+2'), actions.ownerOf('')]).toEqual([
      'one',
      null,
      null,
    ]);
  });

  test('are taken from whichever had them', () => {
    const [one, two] = [action('one', { keys: 'mod+1' }), action('two', { keys: 'mod+2' })];
    const actions = new Actions(() => ({ gone: 'f9' }));
    actions.add([one, two]);
    expect(actions.withKeys(two, 'mod+1')).toEqual({ gone: 'f9', one: '', two: 'mod+1' });
    expect(actions.withKeys(two, 'mod+2')).toEqual({ gone: 'f9' });
    expect(actions.withKeys(two, '')).toEqual({ gone: 'f9', two: '' });
  });
});

test('actions are gone with what offered them', () => {
  const actions = new Actions();
  actions.add([action('one')]);
  const leave = actions.add([action('two')]);
  leave();
  expect(actions.items.map(({ id }) => id)).toEqual(['one']);
});

test('what was chosen is remembered, last first, and what failed is said', async () => {
  const actions = new Actions();
  const failure = new Error('No.');
  const [one, two] = [action('one'), action('two', { run: () => Promise.reject(failure) })];
  for (const chosen of [one, two, one]) await actions.choose(chosen);
  expect(actions.problem).toBeNull();
  await actions.choose(two);
  expect(actions.problem).toBe(failure);
  expect(new Actions().recent).toEqual(['two', 'one']);
  localStorage.setItem('studio.actions.recent', '{broken');
  expect(new Actions().recent).toEqual([]);
});
