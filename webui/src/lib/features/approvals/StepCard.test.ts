import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Approval } from '$lib/api/shapes';
import en from '$lib/i18n/en';
import { Language } from '$lib/i18n/language.svelte';
import Asked from './ApprovalCard.fixture.svelte';
import { Approvals } from './approvals.svelte';
import { GUARD_MS } from './keys';

const FIELDS = { tool: 'write_file', args: { path: 'a.txt', text: 'one' }, cwd: '/home/me', inputs: {} };
const t = en.approvals;

const approval: Approval = {
  approval_id: 'appr_1',
  kind: 'workflow',
  title: 'Release: Notes',
  detail: {
    ...{ name: 'write_file', args: FIELDS.args, cwd: '/home/me', subjects: [], rules: [], fields: FIELDS },
    ...{ workflow_id: 'wf_1', execution_id: 'exec_1', step_id: 'notes', reason: 'policy' },
  },
  reason: 'No rule speaks of it.',
  rule: null,
  subject: 'exec_1',
  digest: 'd',
  state: 'pending',
  note: '',
  created_at: '2026-01-01T00:00:00Z',
  expires_at: null,
  decided_at: null,
  choice: null,
  input: null,
  via: null,
  likeness: null,
};

const fetching = vi.fn<typeof fetch>();
const sent = () => fetching.mock.calls.map(([, init]) => JSON.parse(init?.body as string) as unknown);

function show(detail: Record<string, unknown> = {}): Approvals {
  const approvals = new Approvals(new Client(new SessionKey('1'), fetching));
  approvals.items = [{ ...approval, detail: { ...approval.detail, ...detail } }];
  render(Asked, { approvals, language: new Language('en', en), onanswered: () => undefined });
  return approvals;
}

const press = (key: string) => fireEvent.keyDown(document.body, { key });
const field = (name: string) => screen.getByLabelText<HTMLTextAreaElement>(name);
const asChanged = () => screen.getByRole<HTMLButtonElement>('button', { name: t.asChanged });

beforeEach(() => {
  let now = 0;
  // Each look at the clock is later than the guard against whoever was typing.
  vi.spyOn(performance, 'now').mockImplementation(() => (now += GUARD_MS));
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue({ top: 1, bottom: 9 } as DOMRect);
  fetching
    .mockReset()
    .mockImplementation(() => Promise.resolve(Response.json({ ...approval, state: 'allowed' })));
});

test('a step is approved with what a person changed in it, and nothing else', async () => {
  const approvals = show();
  await press('e');
  expect(document.activeElement).toBe(field('Tool'));
  expect(asChanged().disabled).toBe(true);
  expect(screen.getByRole('status').textContent).toContain(t.unchanged);
  await fireEvent.input(field('Arguments'), { target: { value: '{"path": ' } });
  expect(screen.getByRole('status').textContent).toMatch(/args: .*JSON/);
  expect(asChanged().disabled).toBe(true);
  await fireEvent.input(field('Arguments'), { target: { value: '{"path": "b.txt"}' } });
  await fireEvent.click(asChanged());
  expect(sent()).toEqual([{ decision: 'allow', choice: 'edit', input: { args: { path: 'b.txt' } } }]);
  await vi.waitFor(() => expect(approvals.items).toEqual([]));
});

test('what does not fit is said at the form, and the question stays', async () => {
  const approvals = show();
  const refused = { error: 'args: Input should be an object.', code: 'invalid_input' };
  fetching.mockImplementation(() => Promise.resolve(Response.json(refused, { status: 422 })));
  await press('e');
  await fireEvent.input(field('Arguments'), { target: { value: '[]' } });
  asChanged().focus();
  await fireEvent.click(asChanged());
  expect((await screen.findByRole('alert')).textContent).toContain(refused.error);
  expect(field('Arguments').value).toBe('[]');
  await vi.waitFor(() => expect(document.activeElement).toBe(asChanged()));
  expect(approvals.items).toHaveLength(1);
});

test('while it is changed no key answers it as it was; Escape leads back to where keys do', async () => {
  show();
  await press('e');
  await press('y');
  await press('n');
  expect(sent()).toEqual([]);
  await fireEvent.keyDown(field('Arguments'), { key: 'Escape' });
  expect(screen.queryByLabelText('Arguments')).toBeNull();
  expect(document.activeElement?.getAttribute('data-approval')).toBe('appr_1');
  await press('y');
  expect(sent()).toEqual([{ decision: 'allow' }]);
});

test('what hides in a changed field is shown', async () => {
  show();
  await press('e');
  await fireEvent.input(field('Folder'), { target: { value: '/home/\u202eme' } });
  expect(screen.getByRole('status').textContent).toContain('/home/RLOme');
});

test('words against a step go with a denial when Enter is pressed', async () => {
  show();
  const note = screen.getByRole('textbox', { name: t.stepNote });
  await fireEvent.input(note, { target: { value: 'not today' } });
  await fireEvent.keyDown(note, { key: 'Enter' });
  expect(sent()).toEqual([{ decision: 'deny', note: 'not today' }]);
  expect(note.closest('form')).toBeNull();
});

test.each([
  ['that asks in words', { reason: 'ask', question: 'Which one?', choices: [], fields: undefined }],
  ['that was interrupted', { reason: 'interrupted', fields: undefined }],
])('there is nothing to change in a step %s', async (_, detail) => {
  show(detail);
  await press('e');
  expect(screen.queryByRole('button', { name: t.edit })).toBeNull();
  expect(screen.queryByText(t.literally)).toBeNull();
});

test('a card says what would be called, and in the language of the page why it asks', () => {
  show({ name: 'claude_run', args: { task: 'Mend it' }, reason: 'approval' });
  expect(screen.getByText(en.tools.names['claude_run'] ?? 'claude_run')).toBeTruthy();
  expect(screen.getByText(t.workflowAsks)).toBeTruthy();
  expect(screen.queryByText('No rule speaks of it.')).toBeNull();
});
