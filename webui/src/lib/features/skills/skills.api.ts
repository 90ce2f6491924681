/** Skills of this machine. */
import type { Client } from '$lib/api/client';
import type { SkillClientName } from '$lib/api/shapes';

/** Which of several skills of a name: that at `path`; with those of the project that `folder` belongs to. */
export interface Place {
  path: string;
  folder: string;
}

export interface Goal {
  name: string;
  targets: SkillClientName[];
  /** A project's folder; empty: for everything. */
  project: string;
}

export interface Taking {
  replace: boolean;
  accept_findings: boolean;
  /** Names, divided by commas; empty: all. */
  only: string;
  source: string;
}

export const listSkills = (client: Client, folder: string) =>
  client.get('/api/skills', { query: { folder } });

export const listClients = (client: Client) => client.get('/api/skills/clients');

export const getSkill = (client: Client, name: string, place: Place) =>
  client.get('/api/skills/{name}', { path: { name }, query: place });

export const getSkillFile = async (client: Client, name: string, file: string, place: Place) =>
  (await client.get('/api/skills/{name}/file', { path: { name }, query: { ...place, file } })).content;

/** Save a text file of a skill. Nothing is saved if it is no longer as `tree_hash` says. */
export const saveSkill = (
  client: Client,
  name: string,
  body: Place & { file?: string; content: string; tree_hash: string },
) => client.put('/api/skills/{name}', { path: { name }, body });

/** Remove a skill of Studio's own folder; `restoreSkill` brings it back. */
export const removeSkill = (client: Client, name: string) =>
  client.delete('/api/skills/{name}', { path: { name } });

export const restoreSkill = (client: Client, backup: string) =>
  client.post('/api/skills/restore', { body: { backup } });

/** Tell Studio's own chat of a skill, or no longer. */
export const switchSkill = (client: Client, name: string, enabled: boolean) =>
  client.post('/api/skills/switch', { body: { name, enabled } });

/** Have the text of a SKILL.md judged, as one in a folder of that name. */
export const judge = (client: Client, name: string, content: string, signal?: AbortSignal) =>
  client.post('/api/skills/validate', { body: { name, content }, ...(signal && { signal }) });

/** Ask what would happen if an agent used a skill, or would come to it by a prompt. */
export const tryOut = (client: Client, name: string, prompt: string, place: Place) =>
  client.post('/api/skills/test', { body: { ...place, name, prompt } });

/** Put a skill where programs look for it; without `apply`, only say what would be written. */
export const deploySkill = (
  client: Client,
  { name, targets, project }: Goal,
  mode: 'link' | 'copy',
  path: string,
  apply: boolean,
) =>
  client.post('/api/skills/deploy', {
    body: { name, targets, mode, path, apply, ...(project && { project_dir: project }) },
  });

/** Take back what was deployed; without `apply`, only say what would be removed. */
export const undeploySkill = (client: Client, { name, targets, project }: Goal, apply: boolean) =>
  client.post('/api/skills/undeploy', {
    body: { name, targets, apply, ...(project && { project_dir: project }) },
  });

export const exportSkills = (client: Client, names: string[]) =>
  client.postForFile('/api/skills/export', { body: { names } });

/** Take the skills of an archive; without `apply`, only say what it has and what would become of that. */
export const importSkills = (client: Client, archive: File, taking: Taking, apply: boolean) =>
  // What browsers call an archive differs from system to system.
  client.postFile('/api/skills/import', new Blob([archive], { type: 'application/zip' }), {
    ...taking,
    apply,
  });
