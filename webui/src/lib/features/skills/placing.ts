/** Where a skill lies, and for which programs that is. */
import type { SkillClient, SkillClientName, SkillDeployment } from '$lib/api/shapes';

export interface Placing {
  targets: SkillClientName[];
  /** The project it is deployed in; empty: none. */
  project: string;
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** Return the last part of a path. */
export const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Return for which programs, and in which project, a skill was deployed; null where no program reads there now. */
export function placingOf({ path }: SkillDeployment, clients: readonly SkillClient[]): Placing | null {
  const parent = parentOf(path);
  const own = clients.filter(({ folder }) => folder === parent);
  if (own.length) return { targets: own.map(({ name }) => name), project: '' };
  // Of those that read there, each has the folder it is deployed to first.
  const ending = clients.flatMap(({ name, project_folders: [first] }) =>
    first && parent.endsWith(`/${first}`) ? [{ name, first }] : [],
  );
  const longest = Math.max(...ending.map(({ first }) => first.length));
  const fitting = ending.filter(({ first }) => first.length === longest);
  if (!fitting.length) return null;
  return { targets: fitting.map(({ name }) => name), project: parent.slice(0, -longest - 1) };
}
