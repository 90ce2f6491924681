/** Text on its way from the clipboard into a terminal. */

/** Return text without escape characters: they could pretend that the pasted text is over, and what follows typed. */
export const harmless = (text: string): string => text.replaceAll('\u001b', '');

/** Whether it has several lines, or one that would be run at once. */
export const hasLines = (text: string): boolean => /[\r\n]/.test(text);
