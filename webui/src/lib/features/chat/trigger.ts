/** What in a text asks for suggestions: a word that begins with `@` for a file, a `/` at the beginning for a command. */

export interface Trigger {
  kind: 'file' | 'command';
  /** What was typed after the sign. */
  query: string;
  /** Where the sign stands, and where the word ends that a suggestion takes the place of. */
  start: number;
  end: number;
}

const FILE = /(?<![^\s])@([^\s@]*)$/u;
const COMMAND = /^\/(\S*)$/u;

/** Return what is being typed at `caret`; null where that is plain text. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const command = COMMAND.exec(before)?.[1];
  if (command !== undefined && !/\S/.test(text.slice(caret))) {
    return { kind: 'command', query: command, start: 0, end: text.length };
  }
  const file = FILE.exec(before);
  if (!file) return null;
  const rest = /^[^\s@]*/.exec(text.slice(caret))?.[0] ?? '';
  return { kind: 'file', query: file[1] ?? '', start: file.index, end: caret + rest.length };
}
