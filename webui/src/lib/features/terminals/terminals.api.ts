/** The terminals of the server, the shells they can run, and how they look. */
import type { Client } from '$lib/api/client';
import type { Terminal, TerminalSettings } from '$lib/api/shapes';

export async function listTerminals(client: Client): Promise<Terminal[]> {
  const { sessions } = await client.get('/api/terminals');
  return sessions;
}

export const listChoices = (client: Client) => client.get('/api/terminal/sessions');

export const getAppearance = (client: Client) => client.get('/api/terminal/themes');

export const saveTerminalSettings = (client: Client, changes: Partial<TerminalSettings>) =>
  client.put('/api/terminal/settings', { body: changes });

export const renameTerminal = (client: Client, terminal_id: string, name: string) =>
  client.patch('/api/studio/terminals/{terminal_id}', { path: { terminal_id }, body: { name } });

export const closeTerminal = (client: Client, session_id: string) =>
  client.delete('/api/terminals/{session_id}', { path: { session_id } });

/** Start a shell where one has ended. */
export const restartShell = (client: Client, session_id: string) =>
  client.post('/api/terminals/{session_id}/shell', { path: { session_id } });
