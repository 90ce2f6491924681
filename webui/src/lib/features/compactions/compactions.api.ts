/** The summaries that a model is told in place of messages. */
import type { Client } from '$lib/api/client';

export const listCompactions = (client: Client, conversation_id: string) =>
  client.get('/api/studio/compactions', { query: { conversation_id } });

export const summarize = (client: Client, conversation_id: string) =>
  client.post('/api/chat/summarize', { body: { conversation_id } });

export const editCompaction = (client: Client, compaction_id: string, summary: string) =>
  client.put('/api/studio/compactions/{compaction_id}', { path: { compaction_id }, body: { summary } });

export const undoCompaction = (client: Client, compaction_id: string) =>
  client.delete('/api/studio/compactions/{compaction_id}', { path: { compaction_id } });
