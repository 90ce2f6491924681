/** What a form for a new server holds, and the server that it describes. */
import type { McpDraft, McpKnown } from '$lib/api/shapes';

/** A value with a name: an environment variable, or a header. */
export interface Named {
  name: string;
  value: string;
  secret: boolean;
  /** What it is for; empty: nobody said. */
  about: string;
  required: boolean;
}

export interface ServerForm {
  name: string;
  transport: 'stdio' | 'http';
  command: string;
  /** One a line: nothing is taken apart. */
  args: string;
  url: string;
  env: Named[];
  headers: Named[];
  start: 'when_needed' | 'at_start';
}

export const emptyNamed = (): Named => ({ name: '', value: '', secret: true, about: '', required: false });

export const emptyForm = (): ServerForm => ({
  name: '',
  transport: 'stdio',
  command: '',
  args: '',
  url: '',
  env: [],
  headers: [],
  start: 'when_needed',
});

/** Return a form that is filled with what is known of a server. */
export function formOf(known: McpKnown): ServerForm {
  const named = (variable: McpKnown['env'][number]): Named => ({
    name: variable.name,
    value: '',
    secret: variable.secret,
    about: variable.description,
    required: variable.required,
  });
  return {
    ...emptyForm(),
    name: known.name,
    transport: known.transport,
    command: known.command,
    args: known.args.join('\n'),
    url: known.url,
    env: known.env.map(named),
    headers: known.headers.map(named),
  };
}

/** Return the server that a form describes. What belongs to the other kind of connection is left out. */
export function draftOf(form: ServerForm, title = ''): McpDraft {
  const { name, transport, start } = form;
  const common = { name: name.trim(), title, transport, start };
  if (transport === 'http') return { ...common, url: form.url.trim(), headers: settingsOf(form.headers) };
  const args = form.args.split('\n').filter((line) => line !== '');
  return { ...common, command: form.command.trim(), args, env: settingsOf(form.env) };
}

function settingsOf(all: readonly Named[]): Record<string, { value: string; secret: boolean }> {
  const given = all.filter(({ name, value }) => name.trim() && value);
  return Object.fromEntries(given.map(({ name, value, secret }) => [name.trim(), { value, secret }]));
}
