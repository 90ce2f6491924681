import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from '$lib/api/client';
import { SessionKey } from '$lib/api/key';
import type { Approval } from '$lib/api/shapes';
import en from '$lib/i18n/en';
import { Language } from '$lib/i18n/language.svelte';
import Asked from './ApprovalCard.fixture.svelte';
import { Approvals } from './approvals.svelte';
import { GUARD_MS } from './keys';

const approval: Approval = {
  approval_id: 'appr_1',
  kind: 'chat',
  title: 'terminal: rm',
  detail: {
    name: 'terminal',
    args: { command: 'rm -rf build\u202e  ', timeout_seconds: 5 },
    cwd: '/home/me/project',
    subjects: ['rm -rf build\u202e  '],
    rules: [
      {
        tool: 'terminal',
        pattern: 'rm -rf build\u202e  ',
        match: 'exact',
        effect: 'allow',
        folder: '/home/me/project',
      },
    ],
    binding: { programs: { rm: '/usr/bin/rm 00ff', 'my tool': '/home/me/my tool 11ee' } },
    conversation_id: 'conv_1',
  },
  reason: 'No rule speaks of it.',
  rule: null,
  subject: 'msg_1',
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
const answered = vi.fn();

function decisions(): unknown[] {
  return fetching.mock.calls.map(([url, init]) => [url, JSON.parse(init?.body as string) as unknown]);
}

/** Where cards stand on the screen. */
function place(top: number): void {
  const card = { top, bottom: top + 200 } as DOMRect;
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(card);
}

function show(): Approvals {
  const approvals = new Approvals(new Client(new SessionKey('1'), fetching));
  approvals.items = [approval];
  render(Asked, { approvals, language: new Language('en', en), onanswered: answered });
  return approvals;
}

describe('a question to the person', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    answered.mockReset();
    place(100);
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    fetching
      .mockReset()
      .mockImplementation(() => Promise.resolve(Response.json({ ...approval, state: 'allowed' })));
  });

  test('shows exactly what would be done, and where', () => {
    show();
    const command = screen.getByRole('group', { name: 'Exact command' });
    expect(command.textContent).toBe('rm -rf buildRLO··');
    expect(screen.getByText('timeout_seconds')).toBeTruthy();
    expect(screen.getAllByText('/home/me/project')).toHaveLength(2);
    expect(screen.getByText('No rule speaks of it.')).toBeTruthy();
    expect(screen.getByText(en.approvals.alwaysMeans)).toBeTruthy();
    const rules = screen.getByRole('list', { name: en.approvals.alwaysRules });
    expect(rules.textContent.trim()).toBe('allow terminal exactly this in exactly /home/me/project');
    expect(screen.getByText('/usr/bin/rm')).toBeTruthy();
    expect(screen.getByText('/home/me/my tool')).toBeTruthy();
  });

  test.each([
    ['y', 'allow'],
    ['a', 'always'],
    ['n', 'deny'],
  ])('%s means %s', async (key, decision) => {
    const approvals = show();
    now = GUARD_MS;
    await fireEvent.keyDown(document.body, { key });
    expect(decisions()).toEqual([['/api/chat/approvals/appr_1', { decision }]]);
    await vi.waitFor(() => expect(approvals.items).toEqual([]));
  });

  test('is not answered by somebody who was typing when it appeared', async () => {
    show();
    now = GUARD_MS - 1;
    await fireEvent.keyDown(document.body, { key: 'y' });
    expect(decisions()).toEqual([]);
  });

  test('is not answered by text, by held keys or by shortcuts', async () => {
    show();
    now = GUARD_MS;
    await fireEvent.keyDown(screen.getByRole('textbox'), { key: 'y' });
    await fireEvent.keyDown(document.body, { key: 'y', repeat: true });
    await fireEvent.keyDown(document.body, { key: 'a', ctrlKey: true });
    expect(decisions()).toEqual([]);
  });

  test('is not answered by keys while it is out of sight', async () => {
    show();
    now = GUARD_MS;
    place(-300);
    await fireEvent.keyDown(document.body, { key: 'y' });
    place(innerHeight + 10);
    await fireEvent.keyDown(document.body, { key: 'y' });
    expect(decisions()).toEqual([]);
  });

  test('takes a note with a denial, and gives the focus back', async () => {
    show();
    const note = screen.getByRole<HTMLInputElement>('textbox');
    note.focus();
    await fireEvent.input(note, { target: { value: 'use make clean' } });
    await fireEvent.keyDown(note, { key: 'Enter' });
    expect(decisions()).toEqual([
      ['/api/chat/approvals/appr_1', { decision: 'deny', note: 'use make clean' }],
    ]);
    await vi.waitFor(() => expect(answered).toHaveBeenCalledOnce());
  });

  test('goes away when it was answered elsewhere', async () => {
    const approvals = show();
    const closed = { error: 'Answered before.', code: 'approval_closed' };
    fetching.mockImplementation((url) =>
      Promise.resolve(
        url === '/api/approvals'
          ? Response.json({ approvals: [], total: 0 })
          : Response.json(closed, { status: 409 }),
      ),
    );
    await fireEvent.click(screen.getByRole('button', { name: /Allow once/ }));
    await vi.waitFor(() => expect(approvals.items).toEqual([]));
  });

  test('says why a decision did not arrive', async () => {
    show();
    fetching.mockRejectedValue(new TypeError('Failed to fetch'));
    await fireEvent.click(screen.getByRole('button', { name: /Always/ }));
    expect((await screen.findByRole('alert')).textContent).toContain(en.problems.unreachable);
  });
});
