import { describe, expect, it } from 'vitest';
import { emptyForm, formOf, KINDS, ownOf, stepOf } from './draft';
import { diff, made, STEPS } from './sample-steps';

describe('a form for a step', () => {
  it.each(STEPS.map((step) => [step.id, step] as const))('gives %s back as it was', (_, step) => {
    expect(stepOf(formOf(step), step)).toEqual(step);
  });

  it.each(KINDS)('begins a step that can do: %s', (kind) => {
    const form = { ...emptyForm(STEPS, { kind }), own: ownOf(kind) };
    // That word means what a run is of.
    const id = kind === 'workflow' ? 'workflow_2' : kind;
    expect(stepOf(form, null)).toMatchObject({ id, kind, depends_on: ['each'], when: {} });
  });

  it('begins a step that waits for one, or for none', () => {
    expect(emptyForm(STEPS, { after: 'diff' }).follows).toEqual({ diff: 'after' });
    expect(emptyForm(STEPS, { after: '' }).follows).toEqual({});
  });

  it('says which field is no JSON', () => {
    const form = { ...emptyForm([], { kind: 'tool' }), own: { tool: 'x', args: '{a', cwd: '' } };
    expect(() => stepOf(form, null)).toThrow(/^args: /);
  });

  it('forgets what belongs to another kind', () => {
    const step = stepOf({ ...formOf(diff), kind: 'wait', own: { ...ownOf('wait'), seconds: '5' } }, diff);
    expect(step).toEqual(made({ id: 'diff', kind: 'wait', seconds: 5, until: null, event: null }));
  });
});
