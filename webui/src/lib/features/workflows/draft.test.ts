import { describe, expect, it } from 'vitest';
import type { Step } from '$lib/api/shapes';
import {
  capabilities,
  emptyForm,
  formOf,
  freeId,
  inputNames,
  KINDS,
  ownOf,
  replaced,
  stepOf,
  summaryOf,
  without,
} from './draft';

const SHARED = {
  title: '',
  description: 'why',
  depends_on: [],
  when: {},
  needs: 'all',
  inputs: { a: 1 },
  approval: false,
  if_refused: 'fail',
  idempotent: false,
  retries: { count: 0, delay_seconds: 7 },
  timeout_seconds: 600,
} as const;

const made = (step: object) => ({ ...structuredClone(SHARED), ...step }) as unknown as Step;
const diff = made({ id: 'diff', kind: 'command', command: 'git diff {{ input.base }}', cwd: '' });
const any = made({
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
    depends_on: ['diff'],
    when: { any: true },
  },
});
const each = made({
  ...{ id: 'each', kind: 'foreach', items: [1, 'two'], keep_going: true, depends_on: ['review'] },
  step: made({ id: 'inner', kind: 'tool', tool: 'fetch_url', args: { url: '{{ item }}' }, cwd: '' }),
});
const STEPS = [diff, any, review, each];

describe('a form for a step', () => {
  it.each(STEPS.map((step) => [step.id, step] as const))('gives %s back as it was', (_, step) => {
    expect(stepOf(formOf(step), step)).toEqual(step);
  });

  it.each(KINDS)('begins a step that can do: %s', (kind) => {
    const form = { ...emptyForm(STEPS, kind), own: ownOf(kind) };
    expect(stepOf(form, null)).toMatchObject({ id: kind, kind, depends_on: ['each'], when: {} });
  });

  it('says which field is no JSON', () => {
    const form = { ...emptyForm([], 'tool'), own: { tool: 'x', args: '{a', cwd: '' } };
    expect(() => stepOf(form, null)).toThrow(/^args: /);
  });

  it('forgets what belongs to another kind', () => {
    const step = stepOf({ ...formOf(diff), kind: 'wait', own: { ...ownOf('wait'), seconds: '5' } }, diff);
    expect(step).toEqual(made({ id: 'diff', kind: 'wait', seconds: 5, until: null, event: null }));
  });
});

describe('the steps of a workflow', () => {
  it('go on without one', () => {
    expect(without(STEPS, 'any').map(({ id, depends_on, when }) => [id, depends_on, when])).toEqual([
      ['diff', [], {}],
      ['review', ['diff'], {}],
      ['each', ['review'], {}],
    ]);
  });

  it('follow one under its new name', () => {
    const steps = replaced(STEPS, 'any', { ...any, id: 'changed' });
    expect(steps.map(({ id, when }) => [id, when])[2]).toEqual(['review', { changed: true }]);
  });

  it('say what they want to be told, and what they may have to do', () => {
    expect(inputNames(STEPS)).toEqual(['base', 'folder']);
    expect(capabilities(STEPS)).toEqual(['command', 'chat', 'tool:read_file', 'tool:fetch_url']);
  });

  it('are summed up by what they do', () => {
    expect(STEPS.map(summaryOf)).toEqual([
      'git diff {{ input.base }}',
      '{{ diff.output }} not empty',
      'Look at {{ diff.output }} of {{ input.folder }}',
      '[\n  1,\n  "two"\n] → fetch_url {"url":"{{ item }}"}',
    ]);
  });

  it.each([
    ['Write the review', 'write_the_review'],
    ['Été à Paris', 'ete_a_paris'],
    ['2 + 2', 'step'],
    ['Diff', 'diff_2'],
  ])('have an id made from %s', (words, id) => expect(freeId(words, STEPS)).toBe(id));
});
