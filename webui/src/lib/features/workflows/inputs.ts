/** What a run of a workflow is to be told: as it is declared, as text in a form, and as it is sent. */
import type { Run, Workflow, WorkflowInput } from '$lib/api/shapes';
import { spellValue } from '$lib/text/describe';
import { parse } from './draft';
import { inputNames } from './steps';

export type Plan = Pick<Workflow, 'steps' | 'inputs' | 'defaults'>;
type Given = Run['input'];
type Texts = Readonly<Record<string, string>>;

export const TYPES = ['text', 'folder', 'list', 'choice'] as const satisfies readonly WorkflowInput['type'][];

/** Something that a run is to be told. Where nobody declared it, it may be anything. */
export interface Wanted extends WorkflowInput {
  name: string;
  isDeclared: boolean;
}

export const UNDECLARED: WorkflowInput = {
  ...{ description: '', type: 'text', required: true, default: null, choices: [] },
};

/** What a form for an input holds; its choices are one a line, and so is the default of a list. */
export interface InputForm {
  name: string;
  description: string;
  type: WorkflowInput['type'];
  required: boolean;
  initial: string;
  choices: string;
}

const linesOf = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);

/** Return what a workflow wants to be told: what it declares, or else what its steps name. */
export function wantedBy({ steps, inputs, defaults }: Plan): Wanted[] {
  if (inputs) return Object.entries(inputs).map(([name, one]) => ({ ...one, name, isDeclared: true }));
  return inputNames([defaults, ...steps]).map((name) => ({ ...UNDECLARED, name, isDeclared: false }));
}

/** Return the names that steps use and that are not declared. */
export const undeclaredIn = ({ steps, inputs, defaults }: Plan): string[] =>
  inputNames([defaults, ...steps]).filter((name) => !(inputs && name in inputs));

/** Return values as text, by their names: what is told, or the default. */
export const textsOf = (wanted: readonly Wanted[], told: Given): Record<string, string> =>
  Object.fromEntries(
    wanted.map((one) => [one.name, spell(one, one.name in told ? told[one.name] : one.default)]),
  );

/**
 * Return the values that texts stand for. What nobody declared and was something else than a text before is JSON.
 *
 * Throws a SyntaxError where JSON was wanted and something else was typed; its message names the value.
 */
export const givenBy = (wanted: readonly Wanted[], texts: Texts, before: Given): Given =>
  Object.fromEntries(wanted.map((one) => [one.name, read(one, texts[one.name] ?? '', before)]));

export const inputFormOf = (name: string, one: WorkflowInput): InputForm => ({
  ...{ name, description: one.description, type: one.type, required: one.required },
  ...{ initial: spell({ ...one, isDeclared: true }, one.default), choices: one.choices.join('\n') },
});

/** Return the input that a form describes. Throws a SyntaxError where JSON was wanted and something else was typed. */
export function inputOf({ name, description, type, required, initial, choices }: InputForm): WorkflowInput {
  const shared = { description: description.trim(), type, required };
  const fallback = initial.trim() ? read({ name, type, isDeclared: true }, initial, {}) : null;
  return { ...shared, default: fallback ?? null, choices: type === 'choice' ? linesOf(choices) : [] };
}

export const choicesOf = (form: Pick<InputForm, 'choices'>): string[] => linesOf(form.choices);

function spell({ type, isDeclared }: Pick<Wanted, 'type' | 'isDeclared'>, value: unknown): string {
  if (value === null || value === undefined) return '';
  const isOfLines = Array.isArray(value) && value.every((one) => typeof one === 'string' && isLine(one));
  return isDeclared && type === 'list' && isOfLines ? (value as string[]).join('\n') : spellValue(value);
}

/** Whether a text is one line that stays what it is, and does not begin a list in JSON. */
const isLine = (text: string) => text.trim() === text && /^[^[\n]+$/.test(text);

function read(
  { name, type, isDeclared }: Pick<Wanted, 'name' | 'type' | 'isDeclared'>,
  text: string,
  before: Given,
): Given[string] {
  if (isDeclared && type === 'list') return text.trim().startsWith('[') ? parse(name, text) : linesOf(text);
  const isText = isDeclared || typeof (before[name] ?? '') === 'string';
  return isText ? text : parse(name, text);
}
