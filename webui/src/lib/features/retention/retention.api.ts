/** What is removed of what was said and done. */
import type { Client } from '$lib/api/client';

export const countUnused = (client: Client, days: number) =>
  client.post('/api/studio/data/prune', { body: { older_than_days: days } });

export const removeUnused = (client: Client, days: number) =>
  client.post('/api/studio/data/prune', { body: { older_than_days: days, apply: true } });
