/** The language servers of this machine. */
import type { Client } from '$lib/api/client';
import type { EditorName, Installation } from '$lib/api/shapes';

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

export const startServer = async (client: Client, name: string, command: string) =>
  (await client.post('/api/lsp/install', { body: { name, confirm: true, command } })) as Installation;

/** Ask which servers the languages of a project want; with `commands`, those that were shown, install them. */
export const equipProject = (client: Client, project_dir: string, commands?: string[]) =>
  client.post('/api/lsp/auto-install', { body: { project_dir, confirm: Boolean(commands), commands } });

/** Tell an editor about the servers that are here; without `apply`, only say what would change in its file. */
export const configureEditor = (client: Client, editor: EditorName, project_dir: string, apply: boolean) =>
  client.post('/api/lsp/editor-config', {
    body: { editor, apply, ...(project_dir && { project_dir }) },
  });
