/** The secret of a one-time link, which stands after the `#` of the address that opened the page. */

const FRAGMENT = /^#link=(.+)$/;

let waiting: string | null = null;

/**
 * Take the secret out of the address now, and out of every address that is opened in this tab from now on.
 *
 * To be called before the router looks at the address: its first redirect would throw the secret away.
 */
export function watchLinks(): void {
  takeLink(location.hash);
  // The event says what was opened; the address may already be another one.
  addEventListener('hashchange', ({ newURL }) => takeLink(new URL(newURL).hash));
}

/** Whether there is a secret to be spent. */
export const isLinkWaiting = (): boolean => waiting !== null;

function takeLink(fragment: string): void {
  const found = FRAGMENT.exec(fragment)?.[1];
  if (!found) return;
  waiting = decodeURIComponent(found);
  // It must stay in no history, whatever comes of it.
  if (location.hash === fragment)
    history.replaceState(history.state, '', location.pathname + location.search);
}

/** Return the secret that was taken, once. */
export function spendLink(): string | null {
  const link = waiting;
  waiting = null;
  return link;
}
