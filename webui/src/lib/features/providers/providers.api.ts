/** The providers of answers. */
import type { Client } from '$lib/api/client';
import type { ProviderDraft } from '$lib/api/shapes';

export const listProviders = (client: Client) => client.get('/api/providers');

export const listModels = (client: Client) => client.get('/api/studio/models');

export const saveProvider = (client: Client, body: ProviderDraft) =>
  client.put('/api/config/provider', { body });

export const validateProvider = (client: Client, body: ProviderDraft) =>
  client.post('/api/providers/validate', { body });

export const deleteProvider = (client: Client, name: string) =>
  client.delete('/api/studio/providers/{name}', { path: { name } });

export const listQuotas = (client: Client) => client.get('/api/providers/quota');
