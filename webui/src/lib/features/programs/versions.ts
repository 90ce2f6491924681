/** Versions beside each other. */
import type { Program } from '$lib/api/shapes';

/** The numbers that a version begins with; what a distribution adds behind them says nothing of the program. */
const numbersOf = (version: string) => (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

/** Whether one version is newer than another, number by number. */
export function isNewer(one: string, other: string): boolean {
  const [first, second] = [numbersOf(one), numbersOf(other)];
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const difference = (first[index] ?? 0) - (second[index] ?? 0);
    if (difference) return difference > 0;
  }
  return false;
}

/** Whether a newer version is known. */
export const isOutdated = ({ version, latest }: Pick<Program, 'version' | 'latest'>): boolean =>
  version !== null && latest !== null && isNewer(latest, version);
