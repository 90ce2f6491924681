import { describe, expect, it } from 'vitest';
import { countSettled } from './states';

describe('how far a run is', () => {
  it('tells what failed and what was left out from what is done', () => {
    const steps = (['skipped', 'completed', 'failed', 'running', 'completed'] as const).map((status) => ({
      status,
    }));
    expect(countSettled(steps)).toEqual([
      { status: 'completed', look: 'accent', count: 2, percent: 40 },
      { status: 'failed', look: 'bad', count: 1, percent: 20 },
      { status: 'skipped', look: 'plain', count: 1, percent: 20 },
    ]);
    expect(countSettled([])).toEqual([]);
  });
});
