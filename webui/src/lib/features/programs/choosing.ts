/** Which programs of all are shown. */
import type { Program } from '$lib/api/shapes';
import { isOutdated } from './versions';

export const KINDS = ['agent', 'model', 'tool', 'runtime', 'editor'] as const satisfies Program['kind'][];
export const STATES = ['all', 'installed', 'missing', 'outdated', 'broken'] as const;

export interface Choice {
  words: string;
  kind: Program['kind'] | 'all';
  state: (typeof STATES)[number];
}

const HOLDS: Record<Choice['state'], (program: Program) => boolean> = {
  all: () => true,
  installed: ({ installed }) => installed,
  missing: ({ installed }) => !installed,
  outdated: isOutdated,
  broken: ({ error }) => error !== '',
};

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Return the programs that fit, in their order. Every word must be in a name, a title or a path. */
export function choose(programs: readonly Program[], { words, kind, state }: Choice): Program[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  return programs.filter((program) => {
    const { name, title, path } = program;
    const text = plain(`${name} ${title} ${path}`);
    return (
      (kind === 'all' || program.kind === kind) &&
      HOLDS[state](program) &&
      wanted.every((word) => text.includes(word))
    );
  });
}
