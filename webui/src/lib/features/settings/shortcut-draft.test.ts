import { expect, test } from 'vitest';
import { Actions, type Action } from '$lib/actions/actions.svelte';
import { ShortcutDraft } from './shortcut-draft.svelte';

const action = (id: string, keys: string): Action => ({
  id,
  keys,
  group: 'view',
  icon: 'menu',
  label: () => id,
  run: () => undefined,
});

const press = (draft: ShortcutDraft, key: string, held: KeyboardEventInit = {}) =>
  draft.press(new KeyboardEvent('keydown', { key, ...held }));

const PANEL = action('panel', 'mod+b');

function begin(): ShortcutDraft {
  const actions = new Actions();
  actions.add([PANEL, action('palette', 'mod+k')]);
  return new ShortcutDraft(actions, PANEL);
}

test('free keys are taken, and the action’s own', () => {
  expect(press(begin(), 'Control', { ctrlKey: true })).toBeNull();
  expect(press(begin(), 'j', { ctrlKey: true })).toBe('mod+j');
  expect(press(begin(), 'b', { ctrlKey: true })).toBe('mod+b');
  expect(press(begin(), 'Backspace')).toBe('');
});

test('keys of another action are named with whose they are', () => {
  const draft = begin();
  expect(press(draft, 'k', { ctrlKey: true })).toBeNull();
  expect([draft.keys, draft.owner?.id, draft.refusal]).toEqual(['mod+k', 'palette', null]);
  expect(press(draft, 'j', { ctrlKey: true })).toBe('mod+j');
});

test('keys that cannot be had are refused', () => {
  const draft = begin();
  expect(press(draft, 'y')).toBeNull();
  expect([draft.owner, draft.refusal]).toEqual([null, 'alone']);
  press(draft, 'w', { ctrlKey: true });
  expect(draft.refusal).toBe('kept');
});
