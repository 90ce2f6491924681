/** When the steps of a run were worked on, as parts of its whole time. */
import type { Run, RunStep } from '$lib/api/shapes';
import { spellValue } from '$lib/text/describe';

export interface TimeBar {
  id: string;
  title: string;
  status: RunStep['status'];
  /** Percent of the whole time. */
  left: number;
  width: number;
  ms: number;
}

/** Return a bar for each step that was begun during the run. `now` is where a step that goes on has come to. */
export function barsOf({ created_at, steps }: Run, now: number): TimeBar[] {
  const begin = Date.parse(created_at);
  const spans = steps.flatMap((step) => {
    const start = Date.parse(step.started_at ?? '');
    const end = Math.max(start, step.finished_at ? Date.parse(step.finished_at) : now);
    // What an earlier run gave took this one no time.
    return start >= begin ? [{ step, start, end }] : [];
  });
  const whole = Math.max(1, ...spans.map(({ end }) => end - begin));
  return spans.map(({ step, start, end }) => ({
    id: step.id,
    title: step.id.includes('[') ? `${step.title}: ${spellValue(step.item)}` : step.title,
    status: step.status,
    left: ((start - begin) / whole) * 100,
    width: ((end - start) / whole) * 100,
    ms: end - start,
  }));
}
