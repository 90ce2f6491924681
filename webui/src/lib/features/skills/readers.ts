/** The programs of this machine that read skills. */
import type { SkillClient, SkillClientName } from '$lib/api/shapes';

export interface Reader {
  name: SkillClientName;
  title: string;
}

/** Return the programs that are here, Studio's own chat first. */
export const readersOf = (clients: readonly SkillClient[], studio: string): Reader[] => [
  { name: 'studio', title: studio },
  ...clients.filter(({ installed }) => installed).map(({ name, title }) => ({ name, title })),
];

/** Return what programs are called, in their order. */
export const titlesOf = (
  names: readonly SkillClientName[],
  clients: readonly SkillClient[],
  studio: string,
): string[] =>
  names.map(
    (name) => clients.find((client) => client.name === name)?.title ?? (name === 'studio' ? studio : name),
  );
