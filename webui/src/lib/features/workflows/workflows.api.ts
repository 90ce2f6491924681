/** Workflows and their runs. */
import type { Client } from '$lib/api/client';
import type { Cursor } from '$lib/api/event-stream';
import type { PlanRequest, RunRequest, Workflow, WorkflowDraft } from '$lib/api/shapes';
import type { LanguageName } from '$lib/i18n/language.svelte';

export const listWorkflows = (client: Client) => client.get('/api/workflow/list', { query: { limit: 200 } });

export const listTemplates = (client: Client, language: LanguageName) =>
  client.get('/api/workflow/templates', { query: { language } });

/** Return a workflow with its latest run, or one of its runs. */
export const getRun = (client: Client, id: string) => client.get('/api/workflow/{id}', { path: { id } });

/** Return the newest runs of a workflow, or those that began before one. */
export const listRuns = (client: Client, id: string, before?: string) =>
  client.get('/api/workflow/{id}/runs', { path: { id }, query: { before } });

/** Return runs that failed while nobody looked. */
export const listUnseen = (client: Client) => client.get('/api/studio/runs/unseen');

export const markSeen = (client: Client, execution_ids: string[]) =>
  client.post('/api/studio/runs/seen', { body: { execution_ids } });

export const createWorkflow = (client: Client, body: WorkflowDraft) => client.post('/api/workflow', { body });

/** Have a goal planned for. What came of it is kept, and nothing of it is run. */
export const planWorkflow = (client: Client, body: PlanRequest) =>
  client.post('/api/workflow/plan', { body });

/** Keep what a workflow says, also where the page is left meanwhile. */
export const replaceWorkflow = (client: Client, id: string, body: WorkflowDraft) =>
  client.put('/api/workflow/{id}', { path: { id }, body, keepalive: isSmall(body) });

/** Browsers send no more than 64 KiB for a page that is gone, headers and other requests included. */
const isSmall = (body: WorkflowDraft) => JSON.stringify(body).length < 20_000;

export const removeWorkflow = (client: Client, id: string) =>
  client.delete('/api/workflow/{id}', { path: { id } });

/** Ask what is wrong with a workflow; nothing is kept. */
export const checkWorkflow = (client: Client, body: WorkflowDraft) =>
  client.post('/api/workflow/check', { body });

export const importWorkflow = (client: Client, yaml: string) =>
  client.post('/api/workflow/import', { body: { yaml } });

/** Return a workflow as a file. */
export async function exportWorkflow(client: Client, { id, name }: Workflow): Promise<File> {
  const { yaml } = await client.get('/api/workflow/{id}/export', { path: { id } });
  return new File([yaml], `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.yaml`, { type: 'application/yaml' });
}

/** Run a workflow; return the id of the run. `id` may be a run, then it is that which is gone on from. */
export async function startRun(client: Client, id: string, body: RunRequest): Promise<string> {
  const started = await client.post('/api/workflow/execute/{id}', { path: { id }, body });
  return (started as { execution_id: string }).execution_id;
}

/** Return what was said and done in a step of a run. */
export const getTalk = (client: Client, id: string, step_id: string) =>
  client.get('/api/workflow/{id}/talk/{step_id}', { path: { id, step_id } });

/** Tell a run of an event that steps of it wait for, with what came with it. */
export const sendEvent = (client: Client, run_id: string, name: string, output: string) =>
  client.post('/api/workflow/signal', { body: { run_id, name, output } });

export const followRun = (client: Client, id: string, cursor: Cursor, signal: AbortSignal) =>
  client.getStream('/api/workflow/{id}/events', { path: { id }, cursor, signal });

export const cancelRun = (client: Client, id: string) =>
  client.post('/api/workflow/{id}/cancel', { path: { id } });

/** Begin no more steps. */
export const pauseRun = (client: Client, id: string) =>
  client.post('/api/workflow/{id}/pause', { path: { id } });

export const resumeRun = (client: Client, id: string) =>
  client.post('/api/workflow/{id}/resume', { path: { id } });
