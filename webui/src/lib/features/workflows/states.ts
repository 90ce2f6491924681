/** How states of a workflow and of its steps look. */
import type { RunStep, StepKind, WorkflowSummary } from '$lib/api/shapes';
import type { IconName } from '$lib/ui/icons';

type Look = 'plain' | 'good' | 'caution' | 'bad' | 'accent';

export const STATE_LOOKS = {
  draft: 'plain',
  planning: 'plain',
  reviewing: 'accent',
  pending: 'plain',
  running: 'accent',
  awaiting_approval: 'caution',
  completed: 'good',
  failed: 'bad',
  skipped: 'plain',
  cancelled: 'plain',
} as const satisfies Record<WorkflowSummary['status'] | RunStep['status'], Look>;

export const KIND_ICONS: Record<StepKind, IconName> = {
  ask: 'user',
  chat: 'chat',
  tool: 'tool',
  command: 'terminal',
  agent: 'robot',
  condition: 'split',
  foreach: 'rows',
  wait: 'clock',
  workflow: 'workflows',
};

export const isOver = (status: WorkflowSummary['status']): boolean =>
  status !== 'running' && status !== 'awaiting_approval';

/** The states in which a step stays, in the order in which they are drawn, and how. */
const SETTLED = [
  ['completed', 'accent'],
  ['failed', 'bad'],
  ['cancelled', 'plain'],
  ['skipped', 'plain'],
] as const;

/** Return how many of some steps have come to stay in each of these states, but for those that none did. */
export function countSettled(steps: readonly Pick<RunStep, 'status'>[]) {
  const counted = SETTLED.map(([status, look]) => {
    const count = steps.filter((step) => step.status === status).length;
    return { status, look, count, percent: (count / steps.length) * 100 };
  });
  return counted.filter(({ count }) => count);
}
