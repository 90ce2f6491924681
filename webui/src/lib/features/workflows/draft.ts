/** What a form for a step holds, and the step that it describes. */
import type { Step, StepKind } from '$lib/api/shapes';
import { spellValue } from '$lib/text/describe';
import { freeId } from './steps';

export const KINDS = [
  'command',
  'chat',
  'agent',
  'tool',
  'ask',
  'condition',
  'foreach',
  'wait',
  'workflow',
] as const satisfies readonly StepKind[];

/** What can be done for each item of a list. */
export const WORK = ['command', 'chat', 'agent', 'tool'] as const satisfies readonly StepKind[];

type Control = 'line' | 'text' | 'code' | 'number' | 'lines' | 'json' | 'choice' | 'workflow';

/** A field that only steps of one kind have. */
export interface OwnField {
  name: OwnName;
  control: Control;
  required?: boolean;
  choices?: readonly string[];
  /** It is seldom changed, and stands with what is folded away. */
  isFolded?: boolean;
  /** What stands in the field of a new step. */
  initial?: string;
}

export type OwnName =
  | 'args'
  | 'agent'
  | 'choices'
  | 'command'
  | 'cwd'
  | 'event'
  | 'input'
  | 'items'
  | 'left'
  | 'model'
  | 'operator'
  | 'prompt'
  | 'provider'
  | 'question'
  | 'right'
  | 'rounds'
  | 'seconds'
  | 'task'
  | 'tool'
  | 'tools'
  | 'until'
  | 'workflow';

const OPERATORS = [
  'equals',
  'not_equals',
  'contains',
  'not_contains',
  'less',
  'greater',
  'empty',
  'not_empty',
] as const;
const AGENTS = ['claude', 'crush', 'codex', 'opencode'] as const;

const CWD: OwnField = { name: 'cwd', control: 'line' };

export const FIELDS: Record<StepKind, readonly OwnField[]> = {
  ask: [
    { name: 'question', control: 'text', required: true },
    { name: 'choices', control: 'lines' },
  ],
  chat: [
    { name: 'prompt', control: 'text', required: true },
    { name: 'tools', control: 'lines' },
    { name: 'model', control: 'line' },
    CWD,
    { name: 'provider', control: 'line', isFolded: true },
    { name: 'rounds', control: 'number', initial: '15', isFolded: true },
  ],
  tool: [
    { name: 'tool', control: 'line', required: true },
    { name: 'args', control: 'json', initial: '{}' },
    CWD,
  ],
  command: [{ name: 'command', control: 'code', required: true }, CWD],
  agent: [
    { name: 'task', control: 'text', required: true },
    { name: 'agent', control: 'choice', choices: AGENTS, initial: 'claude' },
    CWD,
  ],
  condition: [
    { name: 'left', control: 'line', required: true },
    { name: 'operator', control: 'choice', choices: OPERATORS, initial: 'equals' },
    { name: 'right', control: 'line' },
  ],
  foreach: [{ name: 'items', control: 'code', required: true }],
  wait: [
    { name: 'seconds', control: 'number' },
    { name: 'until', control: 'line' },
    { name: 'event', control: 'line' },
  ],
  workflow: [
    { name: 'workflow', control: 'workflow', required: true },
    { name: 'input', control: 'json', initial: '{}' },
  ],
};

/** The fields whose hints speak of what may be referred to in them. */
export const REFERRING: ReadonlySet<string> = new Set<OwnName>(['command', 'items', 'prompt']);

/** How a step follows another: not, after it, or after it where a condition came to this. */
export type Following = '' | 'after' | 'true' | 'false';

/** What has to have become of the steps before one for it to be run. */
export const RUN_WHEN = ['success', 'failure', 'always'] as const;
export type RunWhen = (typeof RUN_WHEN)[number];

export interface StepForm {
  id: string;
  title: string;
  kind: StepKind;
  follows: Record<string, Following>;
  own: Record<string, string>;
  /** What is done for each item. */
  innerKind: StepKind;
  inner: Record<string, string>;
  keep_going: boolean;
  approval: boolean;
  if_refused: 'fail' | 'skip';
  needs: 'all' | 'any';
  run_when: RunWhen;
  continue_on_error: boolean;
  idempotent: boolean;
  retries: number;
  delay_seconds: number;
  description: string;
  /** What it has under `inputs.`, as JSON; empty for nothing. */
  inputs: string;
  /** Null: as long as steps of its kind may take. */
  timeout_seconds: number | null;
}

/** What is known of a new step. Without `after` it waits for the last one. */
export interface NewStep {
  kind?: StepKind;
  after?: string;
}

type Loose = Record<string, unknown>;

/** Return the fields of a kind as text, taken from a step where it has them. */
export function ownOf(kind: StepKind, step: Loose = {}): Record<string, string> {
  return Object.fromEntries(
    FIELDS[kind].map(({ name, control, initial = '' }) => {
      const value = step[name];
      if (value === undefined || value === null) return [name, initial];
      return [name, control === 'lines' ? (value as string[]).join('\n') : spellValue(value)];
    }),
  );
}

/** Return the kind of steps whose own fields these are; null where there is none. */
export const kindOf = (fields: Readonly<Loose>): StepKind | null =>
  KINDS.find((kind) => FIELDS[kind].every(({ name }) => name in fields)) ?? null;

/**
 * Return the fields of a step that were changed in a form, by their names.
 *
 * Throws a SyntaxError where JSON was wanted and something else was typed; its message names the field.
 */
export function changesOf(
  kind: StepKind,
  before: Readonly<Loose>,
  own: Readonly<Record<string, string>>,
): Loose {
  const shown = ownOf(kind, before);
  const changed = FIELDS[kind].filter(({ name }) => own[name] !== shown[name]);
  return Object.fromEntries(changed.map((field) => [field.name, read(field, own[field.name] ?? '')]));
}

/** Return what is wrong with what is read, as it stands; empty where nothing is. */
export function wrongIn(read: () => unknown): string {
  try {
    read();
    return '';
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

export function formOf(step: Step): StepForm {
  const { id, title, kind, approval, if_refused, needs, idempotent, retries, timeout_seconds } = step;
  const { run_when, continue_on_error } = step;
  const inner = step.kind === 'foreach' ? step.step : null;
  const innerKind = inner?.kind ?? 'command';
  const after = step.depends_on.map((name): [string, Following] => [name, 'after']);
  const when = Object.entries(step.when).map(([name, is]): [string, Following] => [name, `${is}`]);
  return {
    ...{ id, title, kind, approval, if_refused, needs, idempotent, timeout_seconds, innerKind },
    ...{ run_when, continue_on_error },
    follows: Object.fromEntries([...after, ...when]),
    own: ownOf(kind, step),
    inner: ownOf(innerKind, inner ?? {}),
    keep_going: step.kind === 'foreach' && step.keep_going,
    retries: retries.count,
    delay_seconds: retries.delay_seconds,
    description: step.description,
    inputs: Object.keys(step.inputs).length ? JSON.stringify(step.inputs, null, 2) : '',
  };
}

/** Return the form of a new step that waits for another; `after` is its id, empty for none. */
export function emptyForm(
  steps: readonly Step[],
  { kind = 'command', after = steps.at(-1)?.id ?? '' }: NewStep = {},
): StepForm {
  return {
    ...{
      id: freeId(kind, steps),
      title: '',
      kind,
      follows: after ? { [after]: 'after' } : {},
      own: ownOf(kind),
    },
    ...{ innerKind: 'command', inner: ownOf('command'), keep_going: false },
    ...{
      approval: false,
      if_refused: 'fail',
      needs: 'all',
      run_when: 'success',
      continue_on_error: false,
      idempotent: false,
      retries: 0,
      delay_seconds: 1,
      description: '',
      inputs: '',
      timeout_seconds: null,
    },
  };
}

/**
 * Return the step that a form describes. What the form does not show stays as it was in `before`.
 *
 * Throws a SyntaxError where JSON was wanted and something else was typed; its message names the field.
 */
export function stepOf(form: StepForm, before: Step | null): Step {
  const { id, title, kind, approval, if_refused, needs, idempotent, timeout_seconds, follows } = form;
  const { run_when, continue_on_error } = form;
  const entries = Object.entries(follows);
  const kept = before && before.kind === kind ? before : {};
  const shared = {
    ...{ id: id.trim(), title: title.trim(), kind, approval, if_refused, needs, idempotent, timeout_seconds },
    ...{ run_when, continue_on_error },
    description: form.description.trim(),
    inputs: parse('inputs', form.inputs.trim() || '{}'),
    depends_on: entries.flatMap(([name, how]) => (how === 'after' ? [name] : [])),
    when: Object.fromEntries(
      entries.flatMap(([name, how]) => (how === 'true' || how === 'false' ? [[name, how === 'true']] : [])),
    ),
    retries: { delay_seconds: form.delay_seconds, count: form.retries },
  };
  const inner = kind === 'foreach' ? { keep_going: form.keep_going, step: innerOf(form, before) } : {};
  return { ...kept, ...shared, ...valuesOf(kind, form.own), ...inner } as unknown as Step;
}

function innerOf({ id, innerKind, inner }: StepForm, before: Step | null): Loose {
  const kept =
    before?.kind === 'foreach' && before.step.kind === innerKind ? before.step : { id: `${id}_item` };
  return { ...kept, kind: innerKind, ...valuesOf(innerKind, inner) };
}

function valuesOf(kind: StepKind, own: Readonly<Record<string, string>>): Loose {
  return Object.fromEntries(FIELDS[kind].map((field) => [field.name, read(field, own[field.name] ?? '')]));
}

function read({ name, control }: OwnField, text: string): unknown {
  if (control === 'lines') return text.split('\n').flatMap((line) => line.trim() || []);
  if (control === 'number') return text.trim() ? Number(text) : null;
  if (control === 'json') return parse(name, text.trim() || '{}');
  // A list may be written out where a reference to one is wanted.
  if (name === 'items' && text.trim().startsWith('[')) return parse(name, text);
  if (!text && (name === 'model' || name === 'provider' || name === 'until' || name === 'event')) return null;
  return text;
}

/** Return JSON that was typed. Throws a SyntaxError that names the field. */
export function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}
