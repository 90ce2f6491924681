/** The keys of the shell. */

export interface Shortcut {
  key: string;
  shift?: boolean;
  /** With Ctrl, or Cmd on a Mac. */
  mod?: boolean;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export const SHORTCUTS = {
  create: { key: 'o', shift: true, mod: true },
} as const satisfies Record<string, Shortcut>;

export function isPressed({ key, shift = false, mod = false }: Shortcut, event: KeyboardEvent): boolean {
  const hasMod = isMac ? event.metaKey : event.ctrlKey;
  return event.key.toLowerCase() === key && event.shiftKey === shift && hasMod === mod && !event.altKey;
}

/** Return the keys as a person reads them. */
export function spellKeys({ key, shift = false, mod = false }: Shortcut): string {
  const names = [mod && (isMac ? '⌘' : 'Ctrl'), shift && (isMac ? '⇧' : 'Shift'), key.toUpperCase()];
  return names.filter(Boolean).join(isMac ? '' : '+');
}
