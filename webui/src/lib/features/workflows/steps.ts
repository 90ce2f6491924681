/** The steps of a workflow: what can be read from them, and changes of their list. */
import type { Run, RunStep, Step, WorkflowDraft } from '$lib/api/shapes';
import { spellValue } from '$lib/text/describe';

/** What these mean in `{{ … }}` is no step. */
const RESERVED = ['input', 'inputs', 'item', 'index', 'workflow'];

/** Return an id that no step has and that means nothing else, made from words. */
export function freeId(words: string, steps: readonly { id: string }[]): string {
  const plain = words
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '');
  const wanted = plain.slice(0, 60) || 'step';
  const taken = new Set([...RESERVED, ...steps.map(({ id }) => id)]);
  let id = wanted;
  for (let number = 2; taken.has(id); number++) id = `${wanted}_${number}`;
  return id;
}

/** Return what a step is called; `id` where there is no such step. */
export const titleOf = (step: Pick<Step, 'id' | 'title'> | null, id = ''): string =>
  step?.title || (step?.id ?? id);

/** Return what a step does, in a line or a few. */
export function summaryOf(step: Step): string {
  switch (step.kind) {
    case 'agent':
      return `${step.agent}: ${step.task}`;
    case 'condition':
      return [step.left, step.operator.replace('_', ' '), step.right].map(spellOr).join(' ').trim();
    case 'tool':
      return Object.keys(step.args).length ? `${step.tool} ${JSON.stringify(step.args)}` : step.tool;
    case 'wait':
      return [step.seconds === null ? '' : `${step.seconds} s`, step.until, step.event]
        .filter(Boolean)
        .join(' ');
    case 'foreach':
      return `${spellOr(step.items)} → ${summaryOf(step.step)}`;
    case 'ask':
      return step.question;
    case 'chat':
      return step.prompt;
    case 'command':
      return step.command;
    case 'workflow':
      return step.workflow;
  }
}

/** Return what a step did, in a line or a few: with its own fields as they were filled in, or changed by a person. */
export const ranAs = (planned: Step, given: RunStep['given']): string => summaryOf({ ...planned, ...given });

const spellOr = (value: unknown): string => (value === null || value === undefined ? '' : spellValue(value));

/** Return a step's ids of those right before it, each once. */
export const before = (step: Pick<Step, 'depends_on' | 'when'>): string[] => [
  ...new Set([...step.depends_on, ...Object.keys(step.when)]),
];

/** Return the steps without one; those that followed it follow what it followed. */
export function without(steps: readonly Step[], id: string): Step[] {
  const gone = steps.find((step) => step.id === id);
  return steps
    .filter((step) => step.id !== id)
    .map((step) => {
      if (!before(step).includes(id)) return step;
      const when = Object.fromEntries(Object.entries(step.when).filter(([name]) => name !== id));
      const kept = step.depends_on.filter((name) => name !== id);
      return { ...step, when, depends_on: [...new Set([...kept, ...(gone ? before(gone) : [])])] };
    });
}

/** Return the steps with one changed; where its id is another, the others follow it under that. */
export function replaced(steps: readonly Step[], id: string, after: Step): Step[] {
  const rename = (name: string) => (name === id ? after.id : name);
  return steps.map((step) =>
    step.id === id
      ? after
      : {
          ...step,
          depends_on: step.depends_on.map(rename),
          when: Object.fromEntries(Object.entries(step.when).map(([name, is]) => [rename(name), is])),
        },
  );
}

/** Return the names of the values that a run is to be told, in the order in which steps or their folder use them. */
export function inputNames(parts: readonly object[]): string[] {
  const found = JSON.stringify(parts).matchAll(/\{\{\s*input\.([\p{L}\p{N}_-]+)/gu);
  return [...new Set([...found].map(([, name = '']) => name))];
}

/** Return what a profile must allow so that nothing is asked for but what steps ask for themselves. */
export function capabilities(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap(capabilitiesOf))];
}

function capabilitiesOf(step: Step): string[] {
  switch (step.kind) {
    case 'command':
    case 'workflow':
      return [step.kind];
    case 'chat':
      return ['chat', ...step.tools.map((tool) => `tool:${tool}`)];
    case 'tool':
      return [`tool:${step.tool}`];
    case 'agent':
      return [`agent:${step.agent}`];
    case 'foreach':
      return capabilitiesOf(step.step);
    default:
      return [];
  }
}

/** Return what can be kept of a workflow. */
export const draftOf = ({
  name,
  goal = '',
  context = '',
  inputs = null,
  defaults = {},
  steps = [],
}: WorkflowDraft): WorkflowDraft => ({ name, goal, context, inputs, defaults, steps });

/** Return what a run was to do in one of its steps, of which an item of a list may be told apart. */
export const plannedOf = (run: Run, { id }: { id: string }): Step | null =>
  run.workflow.steps.find((step) => step.id === id.replace(/\[.*$/, '')) ?? null;
