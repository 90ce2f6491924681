import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { goto } from '$app/navigation';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Run, RunProfile, RunStep } from '$lib/api/shapes';
import en from '$lib/i18n/en';
import { Language } from '$lib/i18n/language.svelte';
import Shown from './RunDialog.fixture.svelte';
import { UNDECLARED, type Plan } from './inputs';
import { made } from './sample-steps';

vi.mock('$app/navigation', () => ({ goto: vi.fn() }));
// The document of tests has no boxes over it.
HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
  this.open = true;
};

const t = en.workflows;
const STEPS = [made({ id: 'build', kind: 'command', command: 'make {{ input.target }} {{ input.speed }}' })];
const FROM = { id: 'build', title: 'Build' } as RunStep;
const PROFILE: RunProfile = {
  ...{ allow: ['command', 'tool:*'], paths: ['/home/me'], hosts: ['example.com'], max_cost: 2, until: null },
};

const fetching = vi.fn<typeof fetch>();
const sent = () =>
  fetching.mock.calls.map(([url, init]) => [url, JSON.parse(init?.body as string) as unknown]);

function show(given: Partial<Run> | null = null, from: RunStep | null = null, inputs: Plan['inputs'] = null) {
  const plan = { steps: STEPS, inputs, defaults: { cwd: '' } };
  const earlier = given && ({ execution_id: 'exec_1', profile: null, ...given } as Run);
  render(Shown, {
    ...{ client: new Client(new SessionKey('1'), fetching), language: new Language('en', en) },
    ...{ id: 'wf_1', name: 'Release', plan, earlier, from, onclose: () => undefined },
  });
}

const type = (name: string, value: string) =>
  fireEvent.input(screen.getByLabelText(name), { target: { value } });
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

beforeEach(() => {
  vi.mocked(goto).mockReset();
  fetching.mockReset().mockImplementation(() => Promise.resolve(Response.json({ execution_id: 'exec_2' })));
});

test('a first run is told what is typed', async () => {
  show();
  await type('target', 'all');
  await type('speed', '1');
  await fireEvent.click(button(t.run));
  const body = { input: { target: 'all', speed: '1' }, profile: null };
  expect(sent()).toEqual([['/api/workflow/execute/wf_1', body]]);
  await vi.waitFor(() => expect(goto).toHaveBeenCalledWith('/workflows/wf_1/exec_2'));
});

test('a run is done again with what it was told, but for what is changed', async () => {
  show({ input: { target: 'all', speed: 3, old: [1] }, profile: PROFILE });
  expect(screen.getByRole('heading', { name: t.againNamed('Release') })).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'tool:*' }).checked).toBe(true);
  await type('target', 'docs');
  await type('speed', '{');
  expect(screen.getByRole('status').textContent).toMatch(/^\s*speed: .*JSON/);
  expect(button(t.again).disabled).toBe(true);
  await type('speed', '4');
  await fireEvent.click(button(t.again));
  // What the workflow does not want any more is not sent.
  const body = { input: { target: 'docs', speed: 4 }, profile: PROFILE };
  expect(sent()).toEqual([['/api/workflow/execute/wf_1', body]]);
});

test('it goes on from a step with other input, and keeps the profile that it has', async () => {
  show({ input: { target: 'all', speed: '1' }, profile: PROFILE }, FROM);
  expect(screen.queryByRole('radio', { name: t.byRules })).toBeNull();
  expect(screen.getByText(t.againFromMore)).toBeTruthy();
  await type('target', 'docs');
  await fireEvent.click(button(t.againFrom));
  const body = { input: { target: 'docs', speed: '1' }, profile: PROFILE, from_step: 'build' };
  expect(sent()).toEqual([['/api/workflow/execute/exec_1', body]]);
});

test('it goes on by the rules where it did so before', async () => {
  show({ input: { target: 'all', speed: '1' } }, FROM);
  expect(screen.getByRole<HTMLInputElement>('radio', { name: t.byRules }).checked).toBe(true);
  await fireEvent.click(button(t.againFrom));
  expect(sent()[0]?.[1]).toMatchObject({ profile: null, from_step: 'build' });
});

test('what is declared is asked for as it is declared', async () => {
  const one = { ...UNDECLARED, required: false };
  const inputs: Plan['inputs'] = {
    target: { ...one, description: 'What is built.', required: true },
    folder: { ...one, type: 'folder' },
    pages: { ...one, type: 'list', default: ['a', 'b'] },
    how: { ...one, type: 'choice', choices: ['loud', 'low'], default: 'low' },
  };
  vi.stubGlobal('studioWindow', true);
  show(null, null, inputs);
  vi.unstubAllGlobals();
  const target = screen.getByLabelText<HTMLTextAreaElement>('target');
  expect([target.required, screen.getAllByText(t.required).length]).toEqual([true, 1]);
  expect(document.getElementById(target.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'What is built.',
  );
  expect(button(en.folder.browse)).toBeTruthy();
  await fireEvent.click(button(t.run));
  expect(sent()).toEqual([]);
  await type('target', 'all');
  await type('pages', 'a\n\n c');
  await fireEvent.change(screen.getByLabelText('how'), { target: { value: 'loud' } });
  await fireEvent.click(button(t.run));
  const input = { target: 'all', folder: '', pages: ['a', 'c'], how: 'loud' };
  expect(sent()).toEqual([['/api/workflow/execute/wf_1', { input, profile: null }]]);
});
