/** The rules that allow, ask or forbid, and the folders whose own instructions count. */
import type { Client } from '$lib/api/client';
import type { RuleDraft } from '$lib/api/shapes';

export const listRules = (client: Client) => client.get('/api/studio/permissions/rules');

export const createRule = (client: Client, body: RuleDraft) =>
  client.post('/api/studio/permissions/rules', { body });

/** Ask which rule would decide a call; nothing is done. */
export const explainCall = (client: Client, tool: string, args: Record<string, string>, cwd: string) =>
  client.post('/api/studio/permissions/explain', { body: { tool, args, ...(cwd ? { cwd } : {}) } });

export const deleteRule = (client: Client, rule_id: string) =>
  client.delete('/api/studio/permissions/rules/{rule_id}', { path: { rule_id } });

export const listFolders = (client: Client) => client.get('/api/studio/permissions/folders');

export const trustFolder = (client: Client, path: string) =>
  client.post('/api/studio/permissions/folders', { body: { path } });

export const distrustFolder = (client: Client, path: string) =>
  client.post('/api/studio/permissions/folders/forget', { body: { path } });
