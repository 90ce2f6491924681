/** The text of a SKILL.md: what of it is shown as Markdown, and what was typed and not saved. */

/** Return a text without the YAML at its head. */
export const bodyOf = (text: string) => text.replace(/^---[ \t]*\r?\n(?:[^]*?\n)?---[ \t]*(?:\r?\n|$)/, '');

/** The file that makes a folder a skill. */
export const SKILL_FILE = 'SKILL.md';

const keyOf = (path: string, file: string) => `studio.skill:${path}\n${file}`;

/** What was typed outlives going elsewhere and coming back, in this tab. */
export const drafts = {
  find: (path: string, file: string) => sessionStorage.getItem(keyOf(path, file)),
  keep: (path: string, file: string, text: string) => sessionStorage.setItem(keyOf(path, file), text),
  drop: (path: string, file: string) => sessionStorage.removeItem(keyOf(path, file)),
};
