/** What is told of this program and what it keeps. */
import type { Client } from '$lib/api/client';

export const getDataUse = (client: Client) => client.get('/api/studio/data');

export const getMetrics = (client: Client, signal?: AbortSignal) =>
  client.get('/api/system/metrics', signal ? { signal } : {});
