/** Whole conversations as files. */
import type { Client } from '$lib/api/client';

export type Format = 'json' | 'markdown';

export const exportConversation = (client: Client, id: string, format: Format) =>
  client.getFile('/api/conversations/export', { query: { id, format } });
