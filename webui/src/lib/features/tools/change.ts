/** A change of a text as lines that stay, go and come. */

export interface ChangedLine {
  mark: ' ' | '-' | '+';
  text: string;
}

/** Return the lines of a change. Those that both texts begin and end with stay; between them all old lines go. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const [old, fresh] = splitBoth(before, after);
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  return [
    ...marked(' ', old.slice(0, head)),
    ...marked('-', old.slice(head, old.length - tail)),
    ...marked('+', fresh.slice(head, fresh.length - tail)),
    ...marked(' ', old.slice(old.length - tail)),
  ];
}

/** The line break that both end with, or that ends all there is, begins no line. */
function splitBoth(before: string, after: string): [string[], string[]] {
  const isEnded = [before, after].every((text) => text === '' || text.endsWith('\n'));
  const split = (text: string) => (text === '' ? [] : (isEnded ? text.slice(0, -1) : text).split('\n'));
  return [split(before), split(after)];
}

const marked = (mark: ChangedLine['mark'], lines: string[]): ChangedLine[] =>
  lines.map((text) => ({ mark, text }));
