/** What happened in a run, as lines: what each event says, and below it what came of the step. */
import type { RunStep, WorkflowSummary } from '$lib/api/shapes';

export type LogState = WorkflowSummary['status'] | RunStep['status'] | 'paused' | 'asks' | 'problem';

export interface LogLine {
  /** The step, or the item of one, that it is about; empty: the run. */
  step: string;
  /** A line that begins an event has the moment, and how things stood then. */
  at?: string;
  state?: LogState;
  text: string;
}

/** What the server tells of a run. */
interface Told {
  at?: string;
  execution?: { status: WorkflowSummary['status']; paused: boolean };
  step?: { id: string; status: RunStep['status']; output?: string; error?: string; reason?: string };
  approval?: { step_id: string; reason: string };
  error?: string;
  done?: string;
}

/** Return the lines of an event; none where there is nothing to say. */
export function linesOf(event: unknown): LogLine[] {
  const { at, execution, step, approval, error } = (Object(event) === event ? event : {}) as Told;
  if (!at) return [];
  const lines = (state: LogState, name: string, said: string): LogLine[] => {
    const below = said ? said.replace(/\n$/, '').split('\n') : [];
    return [{ step: name, at, state, text: '' }, ...below.map((text) => ({ step: name, text }))];
  };
  if (execution) return lines(execution.paused ? 'paused' : execution.status, '', '');
  if (step) return lines(step.status, step.id, step.error || step.output || spelled(step.reason));
  if (approval) return lines('asks', approval.step_id, approval.reason);
  return error ? lines('problem', '', error) : [];
}

/** Why a step waits may be a word for programs, which its state says already. */
const spelled = (reason = ''): string => (/[ :]/.test(reason) ? reason : '');

/** Say whether the server has nothing more to tell. */
export const isEnd = (event: unknown): boolean => Object(event) === event && 'done' in (event as Told);

/** Say whether a line is about a step, or about what was done in it for one of its items. */
export const isOf = ({ step }: LogLine, name: string): boolean =>
  step === name || step.startsWith(`${name}[`);

/** Return which of so many rows of one height are drawn: those in view and as many on both sides of it. */
export function rowsIn(count: number, row: number, top: number, height: number): [number, number] {
  const shown = Math.ceil(height / row);
  const first = Math.floor(Math.min(top, Math.max(0, count * row - height)) / row);
  return [Math.max(0, first - shown), Math.min(count, first + 2 * shown + 1)];
}
