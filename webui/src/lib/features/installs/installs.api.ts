/** Installing programs. */
import type { Client } from '$lib/api/client';
import type { Installation, InstallPlan } from '$lib/api/shapes';

/** Ask what would be run for a program; nothing is done. */
export const planInstall = async (client: Client, name: string, update: boolean) =>
  (await client.post('/api/tools/install', { body: { name, update, confirm: false } })) as InstallPlan;

/** Begin, unless another command than the one that was shown would be run by now. */
export const startInstall = async (client: Client, name: string, update: boolean, command: string) =>
  (await client.post('/api/tools/install', {
    body: { name, update, confirm: true, command },
  })) as Installation;

export const listInstalls = (client: Client) => client.get('/api/installs');

export const cancelInstall = (client: Client, installation_id: string) =>
  client.delete('/api/installs/{installation_id}', { path: { installation_id } });

export interface Told {
  output: string;
  installation: Installation;
}

/** Yield what an installation prints and how it stands, from its beginning to its end. */
export async function* followInstall(client: Client, installation_id: string, signal: AbortSignal) {
  const events = client.getStream('/api/installs/{installation_id}/events', {
    path: { installation_id },
    signal,
  });
  for await (const batch of events) yield batch as Told[];
}
