/** What waits for the person, and their decisions. */
import type { Client } from '$lib/api/client';
import type { AnswerBody, Decision, SharedDecision } from '$lib/api/shapes';

export const listApprovals = (client: Client) => client.get('/api/approvals');

/** What nobody answered in time. */
export const listExpired = (client: Client) => client.get('/api/approvals/expired');

/** What was decided, the newest first; with `before`, what was decided before that question. */
export const listDecided = (client: Client, before?: string) =>
  client.get('/api/approvals/decided', { query: before ? { before } : {} });

/** Answer questions that are alike with one decision: these, and none that came later. */
export const decideTogether = (client: Client, ids: string[], decision: SharedDecision, note: string) =>
  client.post('/api/approvals/together', { body: { approval_ids: ids, decision, note } });

/** Send what a person entered where that was asked for. */
export const answerApproval = (client: Client, approval_id: string, content: Record<string, unknown>) =>
  client.post('/api/chat/approvals/{approval_id}', {
    path: { approval_id },
    body: { decision: 'allow', content },
  });

export const decideApproval = (client: Client, approval_id: string, decision: Decision, note: string) =>
  client.post('/api/chat/approvals/{approval_id}', {
    path: { approval_id },
    body: note ? { decision, note } : { decision },
  });

/** Answer what a step of a workflow asks: with words, or with how it is to go on. */
export const answerStep = (client: Client, approval_id: string, body: AnswerBody) =>
  client.post('/api/chat/approvals/{approval_id}', { path: { approval_id }, body });
