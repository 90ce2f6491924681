/** Notices of the browser: of what a person should know while the page is hidden, and no window of Studio says it. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';

const KEPT_AS = 'studio.notices';

export interface Notice {
  title: string;
  body: string;
  href: string;
}

export class Notices {
  /** Whether this browser was asked to tell of things. Others are asked for themselves. */
  isWanted = $state(localStorage.getItem(KEPT_AS) === 'on');
  permission = $state<NotificationPermission>(
    'Notification' in globalThis ? Notification.permission : 'denied',
  );
  /** Whether the person wants to hear of anything at all. */
  isAllowed: () => boolean = () => true;
  /** Shows a place in the page. */
  onFollow: (href: string) => void = () => undefined;
  /** A window of Studio tells the person already. */
  #isTold = false;

  async switchOn(): Promise<void> {
    this.permission = await Notification.requestPermission();
    this.#want(this.permission === 'granted');
  }

  switchOff(): void {
    this.#want(false);
  }

  hear(announcement: Announcement): void {
    if (announcement.type === 'ready') this.#isTold = false;
    else if (announcement.type === 'windows_changed') this.#isTold = announcement.data.is_told;
  }

  tell({ title, body, href }: Notice): void {
    if (!document.hidden || this.#isTold || 'studioWindow' in window) return;
    if (!this.isWanted || this.permission !== 'granted' || !this.isAllowed()) return;
    // Of several hidden pages the last one is shown, in the place of the others.
    const shown = new Notification(title, { body, tag: `studio${href}` });
    shown.onclick = () => {
      window.focus();
      this.onFollow(href);
      shown.close();
    };
  }

  #want(isWanted: boolean): void {
    this.isWanted = isWanted;
    if (isWanted) localStorage.setItem(KEPT_AS, 'on');
    else localStorage.removeItem(KEPT_AS);
  }
}

export const [getNotices, setNotices] = createContext<Notices>();
