import { describe, expect, it } from 'vitest';
import { changesOf, emptyForm, formOf, kindOf, KINDS, ownOf, stepOf } from './draft';
import { diff, made, STEPS } from './sample-steps';

describe('a form for a step', () => {
  it.each(STEPS.map((step) => [step.id, step] as const))('gives %s back as it was', (_, step) => {
    expect(stepOf(formOf(step), step)).toEqual(step);
  });

  it.each(KINDS)('begins a step that can do: %s', (kind) => {
    const form = { ...emptyForm(STEPS, { kind }), own: ownOf(kind) };
    // A step of this name would mean something else in a reference.
    const id = kind === 'workflow' ? 'workflow_2' : kind;
    expect(stepOf(form, null)).toMatchObject({ id, kind, depends_on: ['each'], when: {} });
  });

  it('begins a step that waits for one, or for none', () => {
    expect(emptyForm(STEPS, { after: 'diff' }).follows).toEqual({ diff: 'after' });
    expect(emptyForm(STEPS, { after: '' }).follows).toEqual({});
  });

  it('changes what is folded away too', () => {
    const form = formOf(made({ ...diff, inputs: {} }));
    expect(form.inputs).toBe('');
    Object.assign(form, { description: ' to see ', inputs: '{"b": 2}', delay_seconds: 9, retries: 2 });
    expect(stepOf(form, diff)).toMatchObject({
      description: 'to see',
      inputs: { b: 2 },
      retries: { count: 2, delay_seconds: 9 },
    });
    expect(() => stepOf({ ...form, inputs: '{b' }, diff)).toThrow(/^inputs: /);
    const chat = { ...emptyForm([], { kind: 'chat' }) };
    expect(stepOf(chat, null)).toMatchObject({ provider: null, rounds: 15 });
    const own = { ...chat.own, provider: 'other', rounds: '3' };
    expect(stepOf({ ...chat, own }, null)).toMatchObject({ provider: 'other', rounds: 3 });
  });

  it('says which field is no JSON', () => {
    const form = { ...emptyForm([], { kind: 'tool' }), own: { tool: 'x', args: '{a', cwd: '' } };
    expect(() => stepOf(form, null)).toThrow(/^args: /);
  });

  it.each(STEPS)('knows the kind of $id by its fields, of which nothing is changed yet', (step) => {
    const fields = step as unknown as Record<string, unknown>;
    expect(kindOf(fields)).toBe(step.kind);
    expect(changesOf(step.kind, fields, ownOf(step.kind, fields))).toEqual({});
  });

  it('forgets what belongs to another kind', () => {
    const step = stepOf({ ...formOf(diff), kind: 'wait', own: { ...ownOf('wait'), seconds: '5' } }, diff);
    expect(step).toEqual(made({ id: 'diff', kind: 'wait', seconds: 5, until: null, event: null }));
  });
});
