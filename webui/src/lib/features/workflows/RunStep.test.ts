import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { RunStep, Step, StepTalk } from '$lib/api/shapes';
import en from '$lib/i18n/en';
import { Language } from '$lib/i18n/language.svelte';
import { MarkdownEngine } from '$lib/markdown/engine.svelte';
import Shown from './RunStep.fixture.svelte';

const DIFF = `diff --git a/ledger.py b/ledger.py
index 947ba2a..0178c4f 100644
--- a/ledger.py
+++ b/ledger.py
@@ -1 +1 @@
-share = cents // people
+share, rest = divmod(cents, people)
`;

const stepOf = (given: Partial<RunStep>): RunStep => ({
  id: 'look',
  title: 'Look',
  kind: 'command',
  depends_on: [],
  item: null,
  status: 'completed',
  output: '',
  error: null,
  reason: null,
  attempt: 1,
  given: null,
  decisions: [],
  attempts: 0,
  approval_id: null,
  wake_at: null,
  child_id: null,
  tokens: 0,
  cost: 0,
  spans: [],
  started_at: null,
  finished_at: null,
  ...given,
});

const fetching = vi.fn<typeof fetch>();

function show(given: Partial<RunStep>, planned: Partial<Step> | null = null) {
  const step = stepOf(given);
  return render(Shown, {
    ...{ step, planned: planned && ({ ...step, ...planned } as Step) },
    ...{ client: new Client(new SessionKey('http://127.0.0.1:7420'), fetching) },
    ...{ language: new Language('en', en), markdown: new MarkdownEngine() },
  });
}

class NeverResized {
  observe = () => undefined;
  unobserve = () => undefined;
}
vi.stubGlobal('ResizeObserver', NeverResized);

test('a diff that a command printed is drawn as one, beside what else it printed', async () => {
  const { container } = show({ output: `Two lines\n${DIFF}` }, { kind: 'command', command: 'git diff' });
  expect(container.querySelector('.summary')?.textContent).toBe('git diff');
  await fireEvent.click(screen.getByText(en.workflows.output));
  expect(screen.getByText('Two lines')).toBeTruthy();
  expect(container.querySelector('figcaption')?.textContent).toBe('ledger.py');
  expect(screen.getByRole('group', { name: en.tools.change })).toBeTruthy();
  expect(container.textContent).not.toContain('@@');
});

test('what ran is told from what was planned, with who let it', () => {
  const input = { command: 'echo REPLACED' };
  const decided = {
    approval_id: 'appr_1',
    asked: 'approval',
    decided_at: '2026-03-10T12:00:00.000Z',
  } as const;
  const { container } = show(
    {
      given: { ...input, cwd: '/home/me' },
      decisions: [{ ...decided, decision: 'edit', note: 'Better so.', input, via: 'page' }],
    },
    { kind: 'command', command: 'echo {{ a.output }}' },
  );
  expect(container.querySelector('.summary')?.textContent).toBe('echo REPLACED');
  expect(container.querySelector('.planned code')?.textContent).toBe('echo {{ a.output }}');
  const decision = container.querySelector('[data-decision=edit]')?.textContent ?? '';
  for (const word of [en.workflows.decided.edit, en.workflows.decidedVia.page, 'Better so.', 'echo REPLACED'])
    expect(decision).toContain(word);
});

test('what a model wrote is set as it is meant to be read, what a command printed is not', async () => {
  const output = '**Every** cent is paid.';
  const { container } = show({ output, kind: 'chat' }, { kind: 'chat', prompt: 'Mend it' });
  await expect.poll(() => container.querySelector('.prose strong')?.textContent).toBe('Every');
  expect(show({ output }).container.querySelector('pre')?.textContent).toBe(output);
});

test('what a model did in a step is shown, with what it changed in files', async () => {
  const args = {
    path: 'ledger.py',
    old: 'share = cents // people',
    new: 'share, rest = divmod(cents, people)',
  };
  const edit = {
    id: 'call_0',
    name: 'edit_file',
    args,
    result: 'Changed.',
    is_error: false,
    diff: DIFF,
    left_out: 0,
  };
  const talk: StepTalk = {
    attempts: [],
    printed: '',
    said: [
      { text: 'I mend it.', calls: [edit] },
      { text: 'Done.', calls: [] },
    ],
  };
  fetching.mockImplementation(() => Promise.resolve(Response.json(talk)));
  const { container } = show({ output: 'Done.', kind: 'chat' }, { kind: 'chat', prompt: 'Mend it' });
  expect(fetching).not.toHaveBeenCalled();
  await fireEvent.click(screen.getByText(en.workflows.whatItDid));
  expect(await screen.findByText('I mend it.')).toBeTruthy();
  expect(fetching.mock.calls.map(([url]) => url)).toEqual(['/api/workflow/exec_1/talk/look']);
  expect(screen.getByText(en.tools.names['edit_file'] ?? '')).toBeTruthy();
  expect(container.querySelector('.change')?.textContent).toContain('divmod(cents, people)');
});

test('what a coding program changed in files is drawn, and what is too long is counted', async () => {
  const call = {
    id: 'call',
    name: 'claude_run',
    args: { task: 'Mend it' },
    result: 'Done.',
    is_error: false,
  };
  const talk: StepTalk = {
    attempts: [],
    said: [{ text: '', calls: [{ ...call, diff: DIFF, left_out: 2 }] }],
    printed: '',
  };
  fetching.mockResolvedValueOnce(Response.json(talk));
  show({ kind: 'agent', output: 'I mended it.', finished_at: '2026-03-10T12:00:00.000Z' }, { kind: 'agent' });
  await fireEvent.click(screen.getByText(en.workflows.changedFiles));
  await screen.findByText('ledger.py');
  expect(document.body.textContent).toContain('share, rest = divmod(cents, people)');
  expect(screen.getByText('2 files more changed', { exact: false })).toBeTruthy();
});

test('what a command has printed so far can be seen while it runs, the end of it', async () => {
  const lines = Array.from({ length: 30 }, (_, number) => `line ${number}`);
  const talk: StepTalk = { attempts: [], said: [], printed: `${lines.join('\n')}\n` };
  fetching.mockImplementation(() => Promise.resolve(Response.json(talk)));
  const { container } = show({ status: 'running', output: null }, { kind: 'command', command: 'make' });
  await fireEvent.click(screen.getByText(en.workflows.outputSoFar));
  await expect.poll(() => container.querySelector('pre')?.textContent).toBe(lines.slice(-12).join('\n'));
  expect(screen.queryByText(en.workflows.nothingYet)).toBeNull();
});

test('a step that waits for an event can be told of it, with what comes with it', async () => {
  fetching.mockReset().mockImplementation(() => Promise.resolve(Response.json({ steps: 1 })));
  show({ status: 'running', kind: 'wait', output: null, reason: 'event:it is built' });
  expect(screen.getByText('It waits for the event “it is built”.')).toBeTruthy();
  await fireEvent.input(screen.getByLabelText(en.workflows.eventData), { target: { value: 'v1' } });
  await fireEvent.click(screen.getByRole('button', { name: en.workflows.sendEvent }));
  await expect.poll(() => fetching.mock.calls.length).toBe(1);
  const [url, request] = fetching.mock.calls[0] ?? [];
  expect(url).toBe('/api/workflow/signal');
  expect(JSON.parse(request?.body as string)).toEqual({
    run_id: 'exec_1',
    name: 'it is built',
    output: 'v1',
  });
});

test('how long a step waited for a person is no time in which it worked', () => {
  const at = (minute: number) => `2026-03-10T12:0${minute}:00.000Z`;
  show({
    finished_at: at(5),
    spans: [
      { kind: 'person', started_at: at(0), ended_at: at(4) },
      { kind: 'work', started_at: at(4), ended_at: at(5) },
    ],
  });
  const times = [...document.querySelectorAll('small')].map(({ textContent }) => textContent);
  expect(times).toEqual(['At work: 1 min 0 s', 'waited 4 min 0 s for you']);
});

test('attempts before the last are folded, with what each printed and why it failed', async () => {
  const at = (minute: number) => `2026-03-10T12:0${minute}:00.000Z`;
  const attempts = [
    { started_at: at(0), ended_at: at(1), error: 'It took longer than 60 seconds.', printed: 'first\n' },
    { started_at: at(2), ended_at: null, error: '', printed: 'second\n' },
  ];
  fetching.mockImplementation(() => Promise.resolve(Response.json({ said: [], printed: '', attempts })));
  const { container } = show({ attempts: 2, attempt: 3 }, { kind: 'command', command: 'make' });
  expect(container.querySelector('pre')).toBeNull();
  await fireEvent.click(screen.getByText(en.workflows.otherAttempts));
  await expect
    .poll(() => [...container.querySelectorAll('pre')].map(({ textContent }) => textContent))
    .toEqual(['first', 'second']);
  expect(container.textContent).toContain('It took longer than 60 seconds.');
  expect(container.textContent).toContain(en.workflows.cutOff);
});
