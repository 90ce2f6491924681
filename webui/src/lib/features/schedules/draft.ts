/** What the form of a schedule holds, and the schedule that it describes. */
import type { Run, RunProfile, RunRequest, Schedule, ScheduleDraft, Trigger } from '$lib/api/shapes';

export const UNITS = { minutes: 60, hours: 3600, days: 86_400 } as const;

export type Unit = keyof typeof UNITS;

export interface ScheduleForm {
  name: string;
  kind: Trigger['kind'];
  expression: string;
  time_zone: string;
  every: number;
  unit: Unit;
  start_at: string | null;
  catch_up: Schedule['catch_up'];
  may_overlap: boolean;
  profile: RunProfile;
}

/** What a schedule of a workflow is given. */
interface Request {
  input?: RunRequest['input'];
  profile?: RunProfile;
}

/** Return a form for another schedule: every working day in the morning, and nothing allowed by itself. */
export function emptyForm(name: string, zone: string): ScheduleForm {
  return {
    ...{ name, kind: 'cron', expression: '0 9 * * 1-5', time_zone: zone },
    ...{ every: 6, unit: 'hours', start_at: null, catch_up: 'skip', may_overlap: false },
    ...{ profile: { allow: [], paths: null, hosts: null, max_cost: null, until: null } },
  };
}

export function formOf(schedule: Schedule, zone: string): ScheduleForm {
  const { name, trigger, catch_up, may_overlap } = schedule;
  const { profile } = schedule.request as Request;
  const empty = emptyForm(name, zone);
  const form = { ...empty, catch_up, may_overlap, profile: profile ?? empty.profile };
  if (trigger.kind === 'cron') return { ...form, ...trigger };
  const { kind, seconds, start_at } = trigger;
  return { ...form, kind, start_at, ...spellInterval(seconds) };
}

/** Return what the runs of a schedule are told. */
export const toldBy = (schedule: Schedule | null): Run['input'] =>
  (schedule?.request as Request | undefined)?.input ?? {};

/** Return how much time there is between two, in the largest unit of which there is a whole number. */
export function spellInterval(seconds: number): { every: number; unit: Unit } {
  const unit = (['days', 'hours'] as const).find((one) => seconds % UNITS[one] === 0) ?? 'minutes';
  return { every: seconds / UNITS[unit], unit };
}

export function triggerOf({ kind, expression, time_zone, every, unit, start_at }: ScheduleForm): Trigger {
  if (kind === 'cron') return { kind, expression, time_zone };
  return { kind, seconds: Math.round(every * UNITS[unit]), start_at };
}

/** Whether every field that says when it comes is filled in, and none with too little or too much. */
export function isComplete({ kind, expression, time_zone, every, unit }: ScheduleForm): boolean {
  if (kind === 'cron') return expression.trim() !== '' && time_zone.trim() !== '';
  const seconds = Math.round(every * UNITS[unit]);
  return seconds >= UNITS.minutes && seconds <= 366 * UNITS.days;
}

/** Return the schedule of a workflow that a form describes, whose runs are told this. */
export function draftOf(
  form: ScheduleForm,
  subject: string,
  input: Run['input'],
  isEnabled: boolean,
): ScheduleDraft {
  const { name, catch_up, may_overlap, profile } = form;
  return {
    ...{ name, target: 'workflow', subject, trigger: triggerOf(form), catch_up, may_overlap },
    ...{ is_enabled: isEnabled, request: { input, profile: { ...profile } } },
  };
}
