/** What an approval is about, read from its detail. */
import type { Approval, RuleDraft } from '$lib/api/shapes';

export interface Program {
  name: string;
  path: string;
}

export interface Asked {
  tool: string;
  args: unknown;
  folder: string;
  /** What the call touches, as rules are held against it. */
  subjects: string[];
  /** What "always" writes. */
  rules: RuleDraft[];
  /** The programs that the call runs. The approval is for these very files. */
  programs: Program[];
  /** What it would change in files, where it is known by name only to the one who asks: a unified diff. */
  diff: string;
  /** Null where a program asked without a conversation. */
  conversationId: string | null;
}

export function readDetail({ detail, title }: Approval): Asked {
  const { name, args, cwd, subjects, rules, binding, conversation_id: conversationId } = detail;
  return {
    tool: typeof name === 'string' ? name : title,
    args,
    folder: typeof cwd === 'string' ? cwd : '',
    subjects: Array.isArray(subjects) ? subjects.map(String) : [],
    rules: Array.isArray(rules) ? (rules as RuleDraft[]) : [],
    programs: readPrograms(binding),
    diff: readBound(binding).diff ?? '',
    conversationId: typeof conversationId === 'string' ? conversationId : null,
  };
}

/** How something was decided: refused, allowed, or allowed in another way than plainly. */
export const decidedAs = ({ state, choice }: Approval) =>
  state === 'denied' ? ('denied' as const) : (choice ?? ('allowed' as const));

export interface Elicitation {
  server: string;
  message: string;
  /** A JSON schema of what is wanted; null where an address is to be opened instead. */
  schema: unknown;
  url: string;
}

/** What a server asks the person. */
export function readElicitation({ detail }: Approval): Elicitation {
  const { server, message, schema, url } = detail;
  return {
    server: typeof server === 'string' ? server : '',
    message: typeof message === 'string' ? message : '',
    schema: schema ?? null,
    // Only what can be opened in a browser is a link.
    url: typeof url === 'string' && /^https?:\/\//i.test(url) ? url : '',
  };
}

/** What a step of a workflow asks: for consent, for an answer in words, or whether it was done before Studio ended. */
export interface StepQuestion {
  kind: 'consent' | 'answer' | 'interrupted';
  /** The address of the run. */
  href: string;
  workflow: string;
  question: string;
  choices: string[];
  /** Whether there is a call to look at. */
  hasCall: boolean;
  /** What of the step may be changed with a consent, as it is filled in; null where nothing may. */
  fields: Readonly<Record<string, unknown>> | null;
  /** The end of what it printed before it was interrupted, as far as that was kept. */
  printed: string;
}

export function readStepQuestion({ detail }: Approval): StepQuestion {
  const { reason, workflow, workflow_id: workflowId, execution_id: runId, question, choices, name } = detail;
  const { fields, printed } = detail;
  return {
    kind: reason === 'interrupted' ? 'interrupted' : typeof question === 'string' ? 'answer' : 'consent',
    href: `/workflows/${String(workflowId)}/${String(runId)}`,
    workflow: typeof workflow === 'string' ? workflow : '',
    question: typeof question === 'string' ? question : '',
    choices: Array.isArray(choices) ? choices.map(String) : [],
    hasCall: typeof name === 'string',
    fields: typeof fields === 'object' ? (fields as StepQuestion['fields']) : null,
    printed: typeof printed === 'string' ? printed : '',
  };
}

interface Bound {
  programs?: Record<string, string>;
  diff?: string;
}

const readBound = (binding: unknown): Bound => binding ?? {};

/** Each program is told as its path and the digest of what is in it. */
function readPrograms(binding: unknown): Program[] {
  const { programs } = readBound(binding);
  return Object.entries(programs ?? {}).map(([name, told]) => ({ name, path: told.replace(/ \S+$/, '') }));
}
