/** Which card a key press answers. */
import { GUARD_MS } from './keys';

/** What is not seen is not answered. */
function isInSight(node: Element) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** Keys answer the card that has the focus; where none has, the first one. */
export function isAnswering(card: Element | undefined, shownAt: number): boolean {
  const chosen =
    document.activeElement?.closest('[data-approval]') ?? document.querySelector('[data-approval]');
  if (!chosen || chosen !== card || performance.now() - shownAt < GUARD_MS) return false;
  return !document.querySelector('dialog[open]') && isInSight(chosen);
}
