/** A form made from a JSON schema: the arguments of a tool, or what a server asks for. */

export type Kind = 'text' | 'number' | 'flag' | 'choice' | 'json';

export interface SchemaField {
  name: string;
  kind: Kind;
  title: string;
  about: string;
  required: boolean;
  /** What may be chosen, as JSON. */
  choices: readonly string[];
}

/** What was typed or ticked so far, by the names of fields. */
export type Typed = Record<string, string | boolean | undefined>;

interface Schema {
  type?: unknown;
  title?: unknown;
  description?: unknown;
  enum?: unknown;
  properties?: unknown;
  required?: unknown;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Return the fields of a form, those that are required first. What has no field of its own is written as JSON. */
export function fieldsOf(schema: unknown): SchemaField[] {
  const { properties, required } = recordOf(schema) as Schema;
  const needed = new Set(Array.isArray(required) ? required.map(String) : []);
  const fields = Object.entries(recordOf(properties)).map(([name, property]) =>
    fieldOf(name, recordOf(property), needed.has(name)),
  );
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

/** A server may have written anything where an object is wanted. */
const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

function fieldOf(name: string, property: Schema, required: boolean): SchemaField {
  const choices = Array.isArray(property.enum) ? property.enum.map((choice) => JSON.stringify(choice)) : [];
  return {
    name,
    kind: kindOf(property),
    title: text(property.title) || name,
    about: text(property.description),
    required,
    choices: [...new Set(choices)],
  };
}

function kindOf(property: Schema): Kind {
  if (Array.isArray(property.enum)) return 'choice';
  switch (property.type) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'flag';
    default:
      return 'json';
  }
}

/**
 * Return the arguments that were typed, by their names. What was left empty is left out, unless it is required and
 * a text: an empty text is one.
 *
 * Throws a SyntaxError where JSON was wanted and something else was typed; its message names the field.
 */
export function argumentsOf(fields: readonly SchemaField[], typed: Readonly<Typed>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const field of fields) {
    const value = typed[field.name];
    if (field.kind === 'flag') {
      if (value !== undefined || field.required) given[field.name] = value === true;
    } else if (typeof value === 'string' && value !== '') {
      given[field.name] = field.kind === 'text' ? value : read(field, value);
    } else if (field.required && field.kind === 'text') {
      given[field.name] = '';
    }
  }
  return given;
}

function read({ name }: SchemaField, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new SyntaxError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}
