/** The list of conversations, and one of them. */
import type { Client } from '$lib/api/client';

export const listConversations = (client: Client, limit: number, offset: number) =>
  client.get('/api/conversations', { query: { limit, offset } });

export const searchConversations = (client: Client, q: string, limit: number) =>
  client.get('/api/conversations/search', { query: { q, limit } });

export const getConversation = (client: Client, id: string) =>
  client.get('/api/studio/conversations/{id}', { path: { id } });

export const deleteConversation = (client: Client, id: string) =>
  // The page may be left meanwhile.
  client.delete('/api/conversations/{id}', { path: { id }, keepalive: true });

export const updateConversation = (client: Client, id: string, body: { title?: string; pinned?: boolean }) =>
  client.patch('/api/studio/conversations/{id}', { path: { id }, body });
