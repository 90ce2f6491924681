/** Which skills of all are shown. */
import type { Skill, SkillClientName } from '$lib/api/shapes';

export const SCOPES = [
  'library',
  'personal',
  'plugin',
  'project',
  'studio',
] as const satisfies Skill['scope'][];
export const STATES = ['all', 'problems', 'conflicts', 'doubled', 'off'] as const;

export interface Choice {
  words: string;
  scope: Skill['scope'] | 'all';
  /** Only what this program sees. */
  client: SkillClientName | 'all';
  state: (typeof STATES)[number];
}

export const ALL: Choice = { words: '', scope: 'all', client: 'all', state: 'all' };

const HOLDS: Record<Choice['state'], (skill: Skill) => boolean> = {
  all: () => true,
  problems: ({ problems, valid }) => problems > 0 || !valid,
  conflicts: ({ differs_from }) => differs_from.length > 0,
  doubled: ({ same_as }) => same_as.length > 0,
  off: ({ enabled, trusted }) => !enabled || !trusted,
};

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Return the skills that fit, in their order. Every word must be in a name, a description or a path. */
export function choose(skills: readonly Skill[], { words, scope, client, state }: Choice): Skill[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  return skills.filter((skill) => {
    const text = wanted.length ? plain(`${skill.name} ${skill.description} ${skill.path}`) : '';
    return (
      (scope === 'all' || skill.scope === scope) &&
      (client === 'all' || skill.seen_by.includes(client)) &&
      HOLDS[state](skill) &&
      wanted.every((word) => text.includes(word))
    );
  });
}

/** Return the address of a skill's page; its path says which of several of its name is meant. */
export const addressOf = ({ name, path }: Pick<Skill, 'name' | 'path'>) =>
  `/library/skills/${encodeURIComponent(name)}?path=${encodeURIComponent(path)}`;
