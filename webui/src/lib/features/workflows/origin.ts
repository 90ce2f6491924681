/** What a run came of, as its origin says: a schedule, an earlier run, or a step of another run. */

export interface Origin {
  how: 'schedule' | 'run' | 'step';
  /** The run that it came of; empty where it was none. */
  run: string;
}

export function originOf(origin: string): Origin | null {
  const [how, id = ''] = origin.split(':');
  if (how === 'schedule') return { how, run: '' };
  return how === 'run' || how === 'step' ? { how, run: id } : null;
}
