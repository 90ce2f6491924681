/** The tools of the chat loop, as the page speaks of them. */
import { spellValue } from '$lib/text/describe';
import type { IconName } from '$lib/ui/icons';

/** Tools that only look: many of them in a row are one step to a person. */
export const READING = ['read_file', 'list_files', 'search_files'] as const;
export type ReadingTool = (typeof READING)[number];

export const isReading = (name: string): name is ReadingTool => READING.some((reading) => reading === name);

const ICONS: Record<string, IconName> = {
  read_file: 'file',
  list_files: 'folder',
  search_files: 'search',
  terminal: 'terminal',
};

/** The argument that says most about a call, which a person looks for first. */
const MAIN: Record<string, string> = {
  read_file: 'path',
  list_files: 'path',
  search_files: 'pattern',
  terminal: 'command',
};

export const iconOf = (name: string): IconName => ICONS[name] ?? 'tool';

/** Return the argument that says most about a call; without one that is known, all of them. */
export function mainArgument(name: string, args: unknown): string {
  const main = MAIN[name];
  if (main && args && typeof args === 'object' && main in args) {
    return spellValue((args as Record<string, unknown>)[main]);
  }
  if (typeof args === 'string') return args;
  return args && Object.keys(args).length ? JSON.stringify(args) : '';
}

/** Return the arguments without the one that is shown by itself. */
export function otherArguments(name: string, args: unknown): unknown {
  const main = MAIN[name];
  if (!main || !args || typeof args !== 'object' || !(main in args)) return args;
  return Object.fromEntries(Object.entries(args).filter(([key]) => key !== main));
}
