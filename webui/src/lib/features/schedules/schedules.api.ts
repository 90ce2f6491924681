/** Schedules: what begins by itself. */
import type { Client } from '$lib/api/client';
import type { ScheduleDraft, Trigger } from '$lib/api/shapes';

export const listSchedules = (client: Client, subject: string) =>
  client.get('/api/studio/schedules', { query: { target: 'workflow', subject } });

/** Return what comes next of all, and what was missed in a month. */
export const getAgenda = (client: Client) => client.get('/api/studio/schedules/agenda');

export const listOccasions = (client: Client, id: string) =>
  client.get('/api/studio/schedules/{id}/occasions', { path: { id } });

/** Return when a trigger would come next. */
export const previewTrigger = (client: Client, trigger: Trigger) =>
  client.post('/api/studio/schedules/preview', { body: { trigger } });

/** Keep a schedule: another one, or in the place of that with `id`. */
export const keepSchedule = (client: Client, id: string, body: ScheduleDraft) =>
  id
    ? client.put('/api/studio/schedules/{id}', { path: { id }, body })
    : client.post('/api/studio/schedules', { body });

export const removeSchedule = (client: Client, id: string) =>
  client.delete('/api/studio/schedules/{id}', { path: { id } });

export const switchSchedule = (client: Client, id: string, isEnabled: boolean) =>
  client.post(isEnabled ? '/api/studio/schedules/{id}/enable' : '/api/studio/schedules/{id}/disable', {
    path: { id },
  });

export const runNow = (client: Client, id: string) =>
  client.post('/api/studio/schedules/{id}/run', { path: { id } });
