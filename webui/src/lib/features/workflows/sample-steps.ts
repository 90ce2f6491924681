/** Steps of several kinds that follow each other, for the tests. */
import type { Step } from '$lib/api/shapes';

const SHARED = {
  title: '',
  description: 'why',
  depends_on: [],
  when: {},
  needs: 'all',
  run_when: 'success',
  continue_on_error: false,
  inputs: { a: 1 },
  approval: false,
  if_refused: 'fail',
  idempotent: false,
  retries: { count: 0, delay_seconds: 7 },
  timeout_seconds: 600,
} as const;

export const made = (step: object) => ({ ...structuredClone(SHARED), ...step }) as unknown as Step;
export const diff = made({ id: 'diff', kind: 'command', command: 'git diff {{ input.base }}', cwd: '' });
export const any = made({
  ...{ id: 'any', kind: 'condition', left: '{{ diff.output }}', operator: 'not_empty', right: '' },
  depends_on: ['diff'],
});
const review = made({
  ...{ id: 'review', kind: 'chat', prompt: 'Look at {{ diff.output }} of {{ input.folder }}', cwd: '' },
  ...{
    provider: 'one',
    model: null,
    rounds: 3,
    tools: ['read_file'],
    run_when: 'always',
    continue_on_error: true,
    depends_on: ['diff'],
    when: { any: true },
  },
});
const each = made({
  ...{ id: 'each', kind: 'foreach', items: [1, 'two'], keep_going: true, depends_on: ['review'] },
  step: made({ id: 'inner', kind: 'tool', tool: 'fetch_url', args: { url: '{{ item }}' }, cwd: '' }),
});
export const STEPS = [diff, any, review, each];
