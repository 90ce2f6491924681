/** The secret of a one-time link, which stands after the `#` of the address that opened the page. */

const FRAGMENT = /^#link=(.+)$/;

let waiting: string | null = null;

/** Take the secret out of the address, so that it stays in no history, whatever comes of it. Return whether there was one. */
export function takeLink(): boolean {
  const found = FRAGMENT.exec(location.hash)?.[1];
  if (!found) return false;
  waiting = decodeURIComponent(found);
  history.replaceState(history.state, '', location.pathname + location.search);
  return true;
}

/** Return the secret that was taken, once. */
export function spendLink(): string | null {
  const link = waiting;
  waiting = null;
  return link;
}
