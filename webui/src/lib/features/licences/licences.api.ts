/** Whose work Studio contains. */
import type { Client } from '$lib/api/client';
import type { ContainedPackage } from '$lib/api/shapes';

export const listPackages = (client: Client) => client.get('/api/studio/licences');

export const getLicence = (client: Client, { ecosystem, name, version }: ContainedPackage) =>
  client.get('/api/studio/licences/text', { query: { ecosystem, name, version } });
