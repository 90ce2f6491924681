/** The tools of the chat loop, as the page speaks of them. */
import { spellValue } from '$lib/text/describe';
import type { IconName } from '$lib/ui/icons';

/** Tools that only look: many of them in a row are one step to a person. */
export const READING = ['read_file', 'list_files', 'search_files'] as const;
export type ReadingTool = (typeof READING)[number];

export const isReading = (name: string): name is ReadingTool => READING.some((reading) => reading === name);

/** A tool's icon, the argument that says most about a call of it, and those that are shown in a way of their own. */
interface Shown {
  icon: IconName;
  main: string;
  apart?: readonly string[];
}

const SHOWN: Record<string, Shown> = {
  read_file: { icon: 'file', main: 'path' },
  list_files: { icon: 'folder', main: 'path' },
  search_files: { icon: 'search', main: 'pattern' },
  write_file: { icon: 'edit', main: 'path', apart: ['content'] },
  edit_file: { icon: 'edit', main: 'path', apart: ['old', 'new'] },
  terminal: { icon: 'terminal', main: 'command' },
  fetch_url: { icon: 'globe', main: 'url' },
  crush_run: { icon: 'robot', main: 'task' },
  claude_run: { icon: 'robot', main: 'task' },
  codex_run: { icon: 'robot', main: 'task' },
  opencode_run: { icon: 'robot', main: 'task' },
  todo: { icon: 'list', main: 'items' },
};

export interface TodoItem {
  text: string;
  /** Left out: pending. */
  status?: 'pending' | 'in_progress' | 'done';
}

export const iconOf = (name: string): IconName => SHOWN[name]?.icon ?? 'tool';

/** Return the argument that says most about a call; without one that is known, all of them. */
export function mainArgument(name: string, args: unknown): string {
  const items = todoOf(name, args);
  if (items) return `${items.filter(({ status }) => status === 'done').length} / ${items.length}`;
  const main = SHOWN[name]?.main;
  if (main && isRecord(args) && main in args) return spellValue(args[main]);
  if (typeof args === 'string') return args;
  return args && Object.keys(args).length ? JSON.stringify(args) : '';
}

/** Return the arguments without those that are shown by themselves. */
export function otherArguments(name: string, args: unknown): unknown {
  const shown = SHOWN[name];
  if (!shown || !isRecord(args) || !(shown.main in args)) return args;
  const apart = changeOf(name, args) ? [shown.main, ...(shown.apart ?? [])] : [shown.main];
  return Object.fromEntries(Object.entries(args).filter(([key]) => !apart.includes(key)));
}

/** Return the text that a call takes away and the one it puts there; null where it does nothing of the kind. */
export function changeOf(name: string, args: unknown): { before: string; after: string } | null {
  if (!isRecord(args)) return null;
  const { content, old, new: fresh } = args;
  if (name === 'write_file' && typeof content === 'string') return { before: '', after: content };
  const isEdit = name === 'edit_file' && typeof old === 'string' && typeof fresh === 'string';
  return isEdit ? { before: old, after: fresh } : null;
}

/** Return the list of things to do that a call keeps; null where it keeps none. */
export function todoOf(name: string, args: unknown): TodoItem[] | null {
  if (name !== 'todo' || !isRecord(args) || !Array.isArray(args['items'])) return null;
  const items: unknown[] = args['items'];
  return items.every((item) => isRecord(item) && typeof item['text'] === 'string')
    ? (items as TodoItem[])
    : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
