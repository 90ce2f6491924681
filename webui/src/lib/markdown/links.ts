/** Where a link leads, and how the page says so. */

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const OPENED = /^(?:https?|mailto):/i;

/** Whether a link may be shown as one: by its scheme, or because it names a file and is never opened. */
export function isShown(url: string): boolean {
  const address = url.trim();
  return OPENED.test(address) || !SCHEME.test(address);
}

/** Whether a link may be opened. */
export const isOpened = (url: string): boolean => OPENED.test(url);

/** The part of an address that says whose it is. */
export function hostOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return protocol === 'mailto:' ? pathname : host;
  } catch {
    return url;
  }
}

/** What has to be said beside a link's text so that nobody takes it for another: nothing where the text says it. */
export function remarkOn(url: string, text: string): string {
  const host = hostOf(url);
  const shown = text.trim().replace(/^(?:https?:\/\/|mailto:)/i, '');
  return shown === host || shown.startsWith(`${host}/`) ? '' : host;
}
