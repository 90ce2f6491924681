/** What the time of the steps of a run went to, as parts of its whole time. */
import type { Run, RunStep, StepSpan } from '$lib/api/shapes';
import { spellValue } from '$lib/text/describe';

type SpanKind = StepSpan['kind'];

export interface TimePart {
  kind: SpanKind;
  /** How the step stood after it. */
  status: RunStep['status'];
  /** Percent of the whole time. */
  left: number;
  width: number;
}

export interface TimeBar {
  id: string;
  title: string;
  parts: TimePart[];
  spent: Spent;
}

/** Milliseconds that went to each. */
export type Spent = Readonly<Record<SpanKind, number>>;

/** Return what the time of a step went to so far. `now` is where a stretch that goes on has come to. */
export function spentBy({ spans }: Pick<RunStep, 'spans'>, now: number): Spent {
  const spent: Record<SpanKind, number> = { work: 0, person: 0, time: 0, event: 0 };
  for (const span of spans) spent[span.kind] += endOf(span, now) - Date.parse(span.started_at);
  return spent;
}

/** Return a bar for each step whose time went to something. */
export function barsOf({ created_at, steps }: Run, now: number): TimeBar[] {
  const begin = Date.parse(created_at);
  const timed = steps.filter(({ spans }) => spans.length);
  const whole = Math.max(1, ...timed.flatMap(({ spans }) => spans.map((span) => endOf(span, now) - begin)));
  const percent = (ms: number) => (ms / whole) * 100;
  return timed.map((step) => ({
    id: step.id,
    title: step.id.includes('[') ? `${step.title}: ${spellValue(step.item)}` : step.title,
    parts: step.spans.map((span, index) => ({
      kind: span.kind,
      status: statusAfter(step, index),
      left: percent(Date.parse(span.started_at) - begin),
      width: percent(endOf(span, now) - Date.parse(span.started_at)),
    })),
    spent: spentBy(step, now),
  }));
}

/** Work that is followed by other work failed, or was cut off. */
const statusAfter = ({ spans, status }: RunStep, index: number): RunStep['status'] =>
  spans[index]?.kind === 'work' && spans.slice(index + 1).some(({ kind }) => kind === 'work')
    ? 'failed'
    : status;

const endOf = ({ started_at, ended_at }: StepSpan, now: number): number =>
  Math.max(Date.parse(started_at), ended_at ? Date.parse(ended_at) : now);
