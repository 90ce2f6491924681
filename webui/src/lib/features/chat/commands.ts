/** What can be done by a word that begins with `/`. */
import type { Core } from '$lib/i18n/en/core';

export interface Command {
  /** What is typed after the `/`. */
  name: string;
  /** What it does, in a few words. */
  does: string;
  /** Does it. Where it is left out, the word is said to the built-in provider, which may want to know more. */
  run?: () => void;
}

/** What the built-in provider understands; it answers in the same words in every language. */
const BUILTIN = ['read', 'list', 'search', 'run', 'help'] as const;

type Act = keyof Core['commands']['acts'];

/** Return the commands of a conversation: those of `acts` that can be done now, and those of who answers. */
export function listCommands(
  acts: Partial<Record<Act, () => void>>,
  text: Core,
  { isBuiltin }: { isBuiltin: boolean },
): Command[] {
  const t = text.commands;
  const own = Object.entries(acts).map(([act, run]) => ({ ...t.acts[act as Act], run }));
  const said = BUILTIN.map((name) => ({ name: name, does: t.builtin[name] }));
  return isBuiltin ? [...said, ...own] : own;
}

/** Whether a name begins with what was typed, or one of its words does; accents do not count. */
export function matches(name: string, query: string): boolean {
  const [plain, wanted] = [name, query].map((text) =>
    text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase(),
  ) as [string, string];
  return plain.startsWith(wanted) || plain.includes(`-${wanted}`);
}
