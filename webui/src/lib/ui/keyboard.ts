/** Where keys go. */

/** Whether keys pressed there are text, so that they mean nothing else. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
