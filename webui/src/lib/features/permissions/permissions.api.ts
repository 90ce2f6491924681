/** The rules that allow, ask or forbid, and the folders whose own instructions count. */
import type { Client } from '$lib/api/client';

export const listRules = (client: Client) => client.get('/api/studio/permissions/rules');

export const deleteRule = (client: Client, rule_id: string) =>
  client.delete('/api/studio/permissions/rules/{rule_id}', { path: { rule_id } });

export const listFolders = (client: Client) => client.get('/api/studio/permissions/folders');

export const trustFolder = (client: Client, path: string) =>
  client.post('/api/studio/permissions/folders', { body: { path } });

export const distrustFolder = (client: Client, path: string) =>
  client.post('/api/studio/permissions/folders/forget', { body: { path } });
