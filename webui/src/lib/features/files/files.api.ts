/** Files by some letters of their path. */
import type { Client } from '$lib/api/client';

/** Return files of a folder, those that fit the query best first, by their paths inside of it. */
export const findFiles = async (client: Client, folder: string, query: string, limit: number) =>
  (await client.get('/api/studio/files', { query: { folder, query, limit } })).files;
