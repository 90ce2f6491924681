/**
 * The few keys that a terminal leaves to the page, the same for everybody. Every other key belongs to what runs in it.
 */
export const KEYS = {
  search: 'mod+shift+f',
  copy: 'mod+shift+c',
  paste: 'mod+shift+v',
  create: 'mod+shift+enter',
  splitRow: 'mod+shift+e',
  splitColumn: 'mod+shift+o',
  next: 'mod+shift+arrowright',
  previous: 'mod+shift+arrowleft',
  assistant: 'mod+shift+a',
  leave: 'mod+shift+l',
} as const;

export type TerminalKey = keyof typeof KEYS;

const BY_KEYS = new Map(Object.entries(KEYS).map(([name, keys]) => [keys as string, name as TerminalKey]));

/** Return what the page does with these keys; null where they belong to the terminal. */
export const keyOf = (keys: string): TerminalKey | null => BY_KEYS.get(keys) ?? null;
