/** What models took. */
import type { Client } from '$lib/api/client';

export const getConsumption = (client: Client, days: number, signal?: AbortSignal) =>
  client.get('/api/providers/consumption', { query: { days }, ...(signal && { signal }) });
