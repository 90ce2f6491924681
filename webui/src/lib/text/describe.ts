/** Arguments of a call, as text a person can check. */

/** Return a value as it is written in a call: text as it is, anything else as JSON. */
export function spellValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** Return the arguments as rows of name and value. What is no object stands alone, without a name. */
export function listArguments(args: unknown): { name: string; value: string }[] {
  if (args && typeof args === 'object' && !Array.isArray(args)) {
    return Object.entries(args).map(([name, value]) => ({ name, value: spellValue(value) }));
  }
  return args === undefined || args === null ? [] : [{ name: '', value: spellValue(args) }];
}
