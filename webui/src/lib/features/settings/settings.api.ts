/** What the person prefers, and the roles there are to choose from. */
import type { Client } from '$lib/api/client';
import type { Profile } from '$lib/api/shapes';

export const getConfig = (client: Client) => client.get('/api/config');

export const saveProfile = (client: Client, changes: Partial<Profile>) =>
  client.put('/api/config/profile', { body: changes });
