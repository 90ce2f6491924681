/** Keys as text: `mod+shift+o`, where `mod` is Ctrl, and Cmd on a Mac. */

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** They do nothing by themselves. */
const SILENT = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead', 'Process']);

const SPELLED: Record<string, string> = { ' ': 'space', '+': 'plus' };

const isLetter = (key: string) => key.length === 1 && /\p{L}/u.test(key);

/** Return the keys that are pressed; empty while only such are that do nothing by themselves. */
export function pressedKeys(event: KeyboardEvent): string {
  if (SILENT.has(event.key) || event.isComposing) return '';
  const key = SPELLED[event.key] ?? event.key.toLowerCase();
  // Which signs need Shift or AltGr is a matter of the keyboard: only the sign counts.
  const isSign = event.key.length === 1 && !isLetter(key);
  const isTyped = isSign && event.getModifierState('AltGraph');
  const [mod, other] = isMac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  const held = [
    mod && !isTyped && 'mod',
    other && 'other',
    event.altKey && !isTyped && 'alt',
    event.shiftKey && !isSign && 'shift',
  ];
  return [...held, key].filter(Boolean).join('+');
}

const NAMES: Record<string, string> = isMac
  ? { mod: '⌘', alt: '⌥', shift: '⇧', enter: '↩' }
  : { mod: 'Ctrl', alt: 'Alt', shift: 'Shift', enter: 'Enter' };
const SIGNS: Record<string, string> = {
  plus: '+',
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
};

/** Return each key as a person reads it: `['Ctrl', 'Shift', 'O']`. */
export function spellKeys(keys: string): string[] {
  const names = keys.split('+').filter(Boolean);
  return names.map((name) => NAMES[name] ?? SIGNS[name] ?? name.charAt(0).toUpperCase() + name.slice(1));
}

/** Return keys in one word, for where they cannot be drawn. */
export const spellTogether = (keys: string): string => spellKeys(keys).join(isMac ? '' : '+');

/** What a browser does not give away, or what is needed to write. */
const KEPT = new Set(['n', 't', 'w', 'tab', 'c', 'v', 'x', 'a', 'z', 'y'].map((key) => `mod+${key}`));
for (const key of ['n', 't', 'w', 'tab', 'z']) KEPT.add(`mod+shift+${key}`);

/** Say why keys cannot be had: the browser keeps them, or they mean something else in every text and list. */
export function refusalOf(keys: string): 'kept' | 'alone' | null {
  if (KEPT.has(keys) || keys.includes('other+')) return 'kept';
  const alone = keys.replace(/^shift\+/, '');
  const isFree = /^(f\d+|[^\p{L}\p{N}\s])$/u.test(alone) || alone.includes('+') || alone === 'plus';
  return isFree ? null : 'alone';
}
