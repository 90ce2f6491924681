/** Saved connections, the hosts they lead to, and what goes over them. */
import type { Client } from '$lib/api/client';
import type { ConnectionDraft, HostKeyDraft } from '$lib/api/shapes';

export const saveConnection = (client: Client, body: ConnectionDraft) =>
  client.post('/api/terminal/sessions', { body });

export const deleteConnection = (client: Client, name: string) =>
  client.delete('/api/terminal/sessions/{name}', { path: { name } });

export const listHosts = async (client: Client) => (await client.get('/api/studio/ssh/hosts')).hosts;

export const trustHost = (client: Client, body: HostKeyDraft) =>
  client.post('/api/studio/ssh/hosts', { body });

export const forgetHost = (client: Client, host: string, port: number) =>
  client.delete('/api/studio/ssh/hosts/{host}/{port}', { path: { host, port } });

export const listForwards = async (client: Client) => (await client.get('/api/studio/ssh/forwards')).forwards;

export const openForward = (
  client: Client,
  body: { connection: string; host: string; port: number; listen_port: number },
) => client.post('/api/studio/ssh/forwards', { body });

export const closeForward = (client: Client, forward_id: string) =>
  client.delete('/api/studio/ssh/forwards/{forward_id}', { path: { forward_id } });

export const listFolder = (client: Client, name: string, path: string) =>
  client.get('/api/studio/ssh/connections/{name}/folder', { path: { name }, query: { path } });

/** Fetch a file of another machine, to be kept by the browser. */
export async function readFile(client: Client, name: string, path: string): Promise<File> {
  const query = new URLSearchParams({ path }).toString();
  const address = `/api/studio/ssh/connections/${encodeURIComponent(name)}/file?${query}`;
  return new File([await client.getBlob(address)], path.replace(/.*\//, ''));
}
