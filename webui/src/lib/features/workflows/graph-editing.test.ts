import { beforeEach, expect, test, vi } from 'vitest';
import type { Step } from '$lib/api/shapes';
import type { Editing } from './editing.svelte';
import { GraphEditing } from './graph-editing.svelte';
import { STEPS } from './sample-steps';

const editing = {
  steps: STEPS as readonly Step[],
  change: vi.fn((steps: readonly Step[]) => void (editing.steps = steps)),
};
let graph: GraphEditing;

beforeEach(() => {
  editing.steps = STEPS;
  editing.change.mockClear();
  graph = new GraphEditing(editing as unknown as Editing);
});

const waits = (id: string) => {
  const { depends_on, when } = editing.steps.find((step) => step.id === id) ?? {};
  return [depends_on, when];
};

test('a step is connected to the one that is picked next', () => {
  graph.begin('diff');
  graph.pick('diff');
  graph.pick('each');
  expect(waits('each')).toEqual([['review', 'diff'], {}]);
  expect(graph.from).toBe('');
  graph.pick('any');
  expect(editing.change).toHaveBeenCalledOnce();
});

test('what follows a condition follows where it is true, until somebody says otherwise', () => {
  graph.connect('any', 'each');
  expect(waits('each')).toEqual([['review'], { any: true }]);
  graph.follow({ source: 'any', target: 'each' }, 'false');
  expect(waits('each')).toEqual([['review'], { any: false }]);
});

test.each([
  ['each', 'diff'],
  ['diff', 'diff'],
])('a circle, from %s to %s, is refused, and that is forgotten with the next one', (source, target) => {
  graph.connect(source, target);
  expect(graph.refused).toEqual({ source, target });
  expect(editing.change).not.toHaveBeenCalled();
  graph.connect('diff', 'each');
  expect(graph.refused).toBeNull();
});

test('what is connected already stays as it is', () => {
  graph.connect('any', 'review');
  expect(editing.change).not.toHaveBeenCalled();
});

test('a step and an arrow are taken away', () => {
  graph.remove('diff>review');
  expect(waits('review')).toEqual([[], { any: true }]);
  graph.remove('any');
  expect(editing.steps.map(({ id }) => id)).toEqual(['diff', 'review', 'each']);
});
