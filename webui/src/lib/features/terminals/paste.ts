/** Text on its way from the clipboard into a terminal. */

/**
 * Return text without control characters but tabs and ends of lines: they act like keys. Escape could pretend that the
 * pasted text is over, Ctrl-C end it, and Ctrl-O run it.
 */
export const harmless = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- they are what it is about
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '');

/** Whether it has several lines, or one that would be run at once. */
export const hasLines = (text: string): boolean => /[\r\n]/.test(text);
