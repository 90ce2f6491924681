/** A workflow as a graph: its steps are boxes, and an arrow leads from a step to each that waits for it. */
import type { Step } from '$lib/api/shapes';
import type { Following } from './draft';
import { before } from './steps';

/** One step, the target, waits for another. */
export interface Link {
  source: string;
  target: string;
  /** `true` and `false`: only where the source, a condition, came to this. */
  how: Exclude<Following, ''>;
}

type Waiting = Pick<Step, 'id' | 'depends_on' | 'when'>;

/** No id of a step has such a mark in it. */
export const linkId = ({ source, target }: Pick<Link, 'source' | 'target'>): string => `${source}>${target}`;

/** Return what waits for what, each pair of steps once. */
export const linksOf = (steps: readonly Waiting[]): Link[] =>
  steps.flatMap((step) =>
    before(step).map((source): Link => {
      const is = new Map(Object.entries(step.when)).get(source);
      return { source, target: step.id, how: is === undefined ? 'after' : `${is}` };
    }),
  );

/** Return the steps with the target waiting for the source as `how` says; empty: not at all. */
export const linked = (
  steps: readonly Step[],
  { source, target }: Pick<Link, 'source' | 'target'>,
  how: Following,
): Step[] =>
  steps.map((step) => {
    if (step.id !== target) return step;
    const others = step.depends_on.filter((id) => id !== source);
    const when = Object.entries(step.when).filter(([id]) => id !== source);
    if (how === 'true' || how === 'false') when.push([source, how === 'true']);
    return {
      ...step,
      depends_on: how === 'after' ? [...others, source] : others,
      when: Object.fromEntries(when),
    };
  });

/** Say whether one step comes before another, with however many between them. */
export function leadsTo(steps: readonly Waiting[], from: string, to: string): boolean {
  const links = linksOf(steps);
  const seen = new Set<string>();
  const ahead = [from];
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    ahead.push(...links.filter(({ source }) => source === at).map(({ target }) => target));
  }
  return false;
}
