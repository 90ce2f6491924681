/** What a run is told: as text in a form, and as it is sent. */
import type { Run } from '$lib/api/shapes';
import { spellValue } from '$lib/text/describe';
import { parse } from './draft';

type Given = Run['input'];

/** Return values as text, by their names; empty where there is none yet. */
export const textsOf = (names: readonly string[], given: Given): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name in given ? spellValue(given[name]) : '']));

/**
 * Return the values that texts stand for. Where `before` has something else than a text, it is written as JSON.
 *
 * Throws a SyntaxError where JSON was wanted and something else was typed; its message names the value.
 */
export const givenBy = (texts: Readonly<Record<string, string>>, before: Given): Given =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const isText = typeof (before[name] ?? '') === 'string';
      return [name, isText ? text : parse(name, text)];
    }),
  );
