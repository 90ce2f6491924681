import { describe, expect, it } from 'vitest';
import { any, STEPS } from './sample-steps';
import { capabilities, freeId, inputNames, replaced, summaryOf, without } from './steps';

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
    ['workflow', 'workflow_2'],
    ['Inputs', 'inputs_2'],
  ])('have an id made from %s', (words, id) => expect(freeId(words, STEPS)).toBe(id));
});
