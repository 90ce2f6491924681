/** How it is said in words when something comes. */
import type { Trigger } from '$lib/api/shapes';
import type { Pages } from '$lib/i18n/en/pages';
import { spellInterval } from './draft';

export function describeTrigger(trigger: Trigger, text: Pages['schedules']): string {
  if (trigger.kind === 'cron') return `${trigger.expression} · ${trigger.time_zone}`;
  const { every, unit } = spellInterval(trigger.seconds);
  return text.every[unit](every);
}
