/** Whether steps are shown as a list or as a graph. This browser remembers it. */

export type ShownAs = 'list' | 'graph';

const SHOWN_AS = 'studio.workflows.shown';

export const findShownAs = (): ShownAs => (localStorage.getItem(SHOWN_AS) === 'graph' ? 'graph' : 'list');

export const keepShownAs = (shown: ShownAs): void => localStorage.setItem(SHOWN_AS, shown);
