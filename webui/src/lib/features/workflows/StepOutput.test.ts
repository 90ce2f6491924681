import { render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { RunStep } from '$lib/api/shapes';
import en from '$lib/i18n/en';
import { Language } from '$lib/i18n/language.svelte';
import { MarkdownEngine } from '$lib/markdown/engine.svelte';
import Shown from './StepOutput.fixture.svelte';

const DIFF = `diff --git a/ledger.py b/ledger.py
index 947ba2a..0178c4f 100644
--- a/ledger.py
+++ b/ledger.py
@@ -1 +1 @@
-share = cents // people
+share, rest = divmod(cents, people)
`;

const step = (given: Partial<RunStep>): RunStep => ({
  id: 'look',
  title: 'Look',
  kind: 'command',
  depends_on: [],
  status: 'completed',
  output: '',
  error: null,
  reason: null,
  attempt: 1,
  approval_id: null,
  wake_at: null,
  child_id: null,
  tokens: 0,
  cost: 0,
  started_at: null,
  finished_at: null,
  ...given,
});

function show(given: Partial<RunStep>) {
  const language = new Language('en', en);
  return render(Shown, { step: step(given), language, markdown: new MarkdownEngine() });
}

class NeverResized {
  observe = () => undefined;
  unobserve = () => undefined;
}
vi.stubGlobal('ResizeObserver', NeverResized);

test('a diff that a command printed is drawn as one, beside what else it printed', () => {
  const { container } = show({ output: `Two lines\n${DIFF}` });
  expect(screen.getByText('Two lines')).toBeTruthy();
  expect(container.querySelector('figcaption')?.textContent).toBe('ledger.py');
  expect(screen.getByRole('group', { name: en.tools.change })).toBeTruthy();
  expect(container.textContent).not.toContain('@@');
});

test('what a model wrote is set as it is meant to be read, what a command printed is not', async () => {
  const output = '**Every** cent is paid.';
  const { container } = show({ output, kind: 'chat' });
  await expect.poll(() => container.querySelector('.prose strong')?.textContent).toBe('Every');
  expect(show({ output }).container.querySelector('pre')?.textContent).toBe(output);
});
