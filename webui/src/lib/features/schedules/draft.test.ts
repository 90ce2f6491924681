import { describe, expect, it } from 'vitest';
import type { Schedule } from '$lib/api/shapes';
import { draftOf, emptyForm, formOf, isComplete, spellInterval, toldBy, triggerOf } from './draft';

const KEPT: Schedule = {
  id: 'sched_1',
  name: 'Nightly',
  target: 'workflow',
  subject: 'wf_1',
  request: {
    input: { word: 'hello' },
    profile: { allow: ['command'], paths: ['/work'], hosts: null, max_cost: 1, until: null },
  },
  trigger: { kind: 'interval', seconds: 5400, start_at: '2026-11-22T12:00:00.000Z' },
  catch_up: 'latest',
  may_overlap: true,
  is_enabled: false,
  next_at: null,
  error: null,
  created_at: '2026-11-22T12:00:00.000Z',
  updated_at: '2026-11-22T12:00:00.000Z',
  upcoming: [],
  last: null,
  missed: 0,
};

describe('a schedule in a form', () => {
  it('comes out as it went in', () => {
    const draft = draftOf(formOf(KEPT, 'Europe/Paris'), 'wf_1', toldBy(KEPT), false);
    const { name, target, subject, request, trigger, catch_up, may_overlap, is_enabled } = KEPT;
    expect(draft).toEqual({ name, target, subject, request, trigger, catch_up, may_overlap, is_enabled });
  });

  it('may do nothing by itself where nothing was ticked', () => {
    const draft = draftOf(emptyForm('New', 'UTC'), 'wf_1', { word: '' }, true);
    expect(draft.request).toMatchObject({ input: { word: '' }, profile: { allow: [] } });
    expect(draft.trigger).toEqual({ kind: 'cron', expression: '0 9 * * 1-5', time_zone: 'UTC' });
  });

  it('says how often in the largest unit', () => {
    expect([60, 5400, 7200, 172_800].map((one) => spellInterval(one))).toEqual([
      { every: 1, unit: 'minutes' },
      { every: 90, unit: 'minutes' },
      { every: 2, unit: 'hours' },
      { every: 2, unit: 'days' },
    ]);
    const form = { ...emptyForm('New', 'UTC'), kind: 'interval' as const, every: 1.5 };
    expect(triggerOf(form)).toEqual({ kind: 'interval', seconds: 5400, start_at: null });
  });

  it('is asked about only where its fields hold something', () => {
    const cron = emptyForm('New', 'UTC');
    const interval = { ...cron, kind: 'interval' as const, every: 1, unit: 'minutes' as const };
    expect([cron, interval, { ...interval, every: 366, unit: 'days' as const }].every(isComplete)).toBe(true);
    const empty = { ...interval, every: null as unknown as number };
    const halves = [
      { ...cron, expression: ' ' },
      { ...cron, time_zone: '' },
      { ...interval, every: 0.5 },
      empty,
    ];
    expect(halves.some(isComplete)).toBe(false);
  });
});
