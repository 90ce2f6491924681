/** The keys that answer an approval. */
import type { Decision } from '$lib/api/shapes';
import { isWriting } from '$lib/ui/keyboard';

export const KEYS: Record<Decision, string> = { allow: 'y', always: 'a', deny: 'n' };

/** The key that opens what is asked about, to be changed before it is approved. */
export const EDIT_KEY = 'e';

/** Whoever was typing when the question appeared did not mean to answer it. */
export const GUARD_MS = 600;

/** The decision that a key press means; null for any other key, and where somebody writes text. */
export function decisionOf(event: KeyboardEvent): Decision | null {
  const pressed = keyOf(event);
  const found = Object.entries(KEYS).find(([, key]) => key === pressed);
  return found ? (found[0] as Decision) : null;
}

export const meansEdit = (event: KeyboardEvent): boolean => keyOf(event) === EDIT_KEY;

function keyOf(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return null;
  return isWriting(event.target) ? null : event.key.toLowerCase();
}
