/** Everything at a glance. */
import type { Client } from '$lib/api/client';

export const getStatus = (client: Client) => client.get('/api/dashboard/status');
