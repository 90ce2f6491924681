/** The language servers of this machine. */
import type { Client } from '$lib/api/client';
import type { Installation } from '$lib/api/shapes';

export const listServers = (client: Client) => client.get('/api/lsp');

/** Really start servers and greet them: one of them, or all that are installed. */
export const checkServers = (client: Client, name?: string) =>
  client.get('/api/lsp/health', { query: name ? { name } : {} });

export const listRunning = (client: Client) => client.get('/api/studio/lsp/running');

export const stopRunning = (client: Client, server_id: string) =>
  client.delete('/api/studio/lsp/running/{server_id}', { path: { server_id } });

/** Ask what would be run to install a server; nothing is done. */
export const planServer = async (client: Client, name: string) =>
  (await client.post('/api/lsp/install', { body: { name, confirm: false } })) as { command: string };

export const startServer = async (client: Client, name: string) =>
  (await client.post('/api/lsp/install', { body: { name, confirm: true } })) as Installation;
