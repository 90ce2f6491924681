import { describe, expect, test } from 'vitest';
import { pressedKeys, refusalOf, spellKeys } from './keys';

const press = (key: string, held: KeyboardEventInit = {}) =>
  pressedKeys(new KeyboardEvent('keydown', { key, ...held }));

describe('pressed keys', () => {
  test('are spelled in one way', () => {
    expect(press('O', { ctrlKey: true, shiftKey: true })).toBe('mod+shift+o');
    expect(press('ArrowDown', { altKey: true })).toBe('alt+arrowdown');
    expect(press(' ', { ctrlKey: true })).toBe('mod+space');
    expect(press('+', { ctrlKey: true, shiftKey: true })).toBe('mod+plus');
  });

  test('are signs however a keyboard makes them', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('?')).toBe('?');
    expect(press('/', { ctrlKey: true, altKey: true, modifierAltGraph: true })).toBe('/');
  });

  test('are none while only Ctrl is held, or a word is composed', () => {
    expect(press('Control', { ctrlKey: true })).toBe('');
    expect(press('k', { isComposing: true })).toBe('');
  });
});

test('keys are read as they are printed', () => {
  expect(spellKeys('mod+shift+o')).toEqual(['Ctrl', 'Shift', 'O']);
  expect(spellKeys('alt+arrowdown')).toEqual(['Alt', '↓']);
  expect(spellKeys('mod+plus')).toEqual(['Ctrl', '+']);
  expect(spellKeys('')).toEqual([]);
});

test('keys that mean something else cannot be had', () => {
  const refused = ['y', 'shift+a', 'enter', 'tab', 'arrowup', 'backspace', '7', 'space'];
  expect(refused.map(refusalOf)).toEqual(refused.map(() => 'alone'));
  expect(['mod+w', 'mod+c', 'mod+shift+n', 'other+k'].map(refusalOf)).toEqual([
    'kept',
    'kept',
    'kept',
    'kept',
  ]);
  expect(['?', '/', 'f2', 'mod+k', 'alt+arrowup', 'mod+shift+c', 'plus'].map(refusalOf)).toEqual(
    Array.from({ length: 7 }, () => null),
  );
});
