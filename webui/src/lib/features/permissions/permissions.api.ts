/** The rules that allow, ask or forbid. */
import type { Client } from '$lib/api/client';

export const listRules = (client: Client) => client.get('/api/studio/permissions/rules');

export const deleteRule = (client: Client, rule_id: string) =>
  client.delete('/api/studio/permissions/rules/{rule_id}', { path: { rule_id } });
