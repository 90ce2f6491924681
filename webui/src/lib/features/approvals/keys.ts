/** The keys that answer an approval. */
import type { Decision } from '$lib/api/shapes';
import { isWriting } from '$lib/ui/keyboard';

export const KEYS: Record<Decision, string> = { allow: 'y', always: 'a', deny: 'n' };

/** Whoever was typing when the question appeared did not mean to answer it. */
export const GUARD_MS = 600;

/** The decision that a key press means; null for any other key, and where somebody writes text. */
export function decisionOf(event: KeyboardEvent): Decision | null {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (isWriting(event.target)) return null;
  const found = Object.entries(KEYS).find(([, key]) => key === event.key.toLowerCase());
  return found ? (found[0] as Decision) : null;
}
