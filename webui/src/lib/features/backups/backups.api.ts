/** Copies of everything that is kept. */
import type { Client } from '$lib/api/client';

export const listBackups = (client: Client) => client.get('/api/studio/backups');

export const createBackup = (client: Client) => client.post('/api/studio/backups');

export const verifyBackup = (client: Client, name: string) =>
  client.post('/api/studio/backups/{name}/verify', { path: { name } });

export const restoreBackup = (client: Client, name: string, confirm: string) =>
  client.post('/api/studio/backups/{name}/restore', { path: { name }, body: { confirm } });

export const deleteBackup = (client: Client, name: string) =>
  client.delete('/api/studio/backups/{name}', { path: { name } });
