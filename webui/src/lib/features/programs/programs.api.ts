/** The programs of this machine. */
import type { Client } from '$lib/api/client';

export const listPrograms = (client: Client) => client.get('/api/tools');

/** Look for them anew; with `latest`, package managers say which versions are the newest. */
export const scanPrograms = (client: Client, latest: boolean) =>
  client.post('/api/scan', { query: { latest } });
