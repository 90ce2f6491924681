import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Notices } from './notices.svelte';

const shown: string[] = [];

class Shown {
  static permission: NotificationPermission = 'granted';
  static requestPermission = () => Promise.resolve(Shown.permission);
  onclick: () => void = () => undefined;
  close = () => undefined;

  constructor(title: string) {
    shown.push(title);
  }
}

const QUESTION = { title: 'Studio asks you', body: 'A question waits.', href: '/approvals' };

describe('notices of the browser', () => {
  beforeEach(() => {
    shown.length = 0;
    localStorage.clear();
    vi.stubGlobal('Notification', Shown);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    Reflect.deleteProperty(window, 'studioWindow');
  });

  it('come once they are asked for, here and after the page was opened anew', async () => {
    const notices = new Notices();
    notices.tell(QUESTION);
    expect(shown).toEqual([]);
    await notices.switchOn();
    notices.tell(QUESTION);
    new Notices().tell(QUESTION);
    expect(shown).toEqual([QUESTION.title, QUESTION.title]);
    notices.switchOff();
    new Notices().tell(QUESTION);
    expect(shown).toHaveLength(2);
  });

  it('stay away where somebody looks, or a window tells, or nobody wants to hear', async () => {
    const notices = new Notices();
    await notices.switchOn();
    notices.hear({ type: 'windows_changed', data: { is_told: true } });
    notices.tell(QUESTION);
    notices.hear({ type: 'windows_changed', data: { is_told: false } });
    Object.assign(window, { studioWindow: true });
    notices.tell(QUESTION);
    Reflect.deleteProperty(window, 'studioWindow');
    notices.isAllowed = () => false;
    notices.tell(QUESTION);
    notices.isAllowed = () => true;
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    notices.tell(QUESTION);
    expect(shown).toEqual([]);
  });
});
