/** What the person prefers. */
import type { Client } from '$lib/api/client';
import type { Profile } from '$lib/api/shapes';

export const getProfile = async (client: Client): Promise<Profile> =>
  (await client.get('/api/config')).profile;

export const saveProfile = (client: Client, changes: Partial<Profile>) =>
  client.put('/api/config/profile', { body: changes });
