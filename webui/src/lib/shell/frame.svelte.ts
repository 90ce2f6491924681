/** How the frame stands: what lies over the page, and whether the panel is beside it. */
import { createContext } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import { goto } from '$app/navigation';
import { page } from '$app/state';

const HIDDEN = 'studio.panel.hidden';
/** What the address says of the panel: `?panel=shown` or `?panel=hidden`. Without it, it is as it was left. */
const PARAMETER = 'panel';
/** Below this width the panel is in a drawer. */
const NARROW = 'width < 48rem';

export class Frame {
  over = $state<'palette' | 'shortcuts' | null>(null);
  readonly #narrow = new MediaQuery(NARROW);
  #wasHidden = $state(localStorage.getItem(HIDDEN) !== null);

  get isNarrow(): boolean {
    return this.#narrow.current;
  }

  get isPanelHidden(): boolean {
    const named = page.url.searchParams.get(PARAMETER);
    return named ? named === 'hidden' : this.#wasHidden;
  }

  get isDrawerOpen(): boolean {
    return this.isNarrow && page.url.searchParams.get(PARAMETER) === 'shown';
  }

  async showPanel(): Promise<void> {
    if (this.isNarrow) await this.openDrawer();
    else await this.#hidePanel(false);
  }

  async togglePanel(): Promise<void> {
    if (this.isNarrow) await this.openDrawer();
    else await this.#hidePanel(!this.isPanelHidden);
  }

  /** Open the drawer. Going back closes it. */
  async openDrawer(): Promise<void> {
    if (!this.isDrawerOpen) await go('shown', { state: { drawer: true } });
  }

  async closeDrawer(): Promise<void> {
    // A page that was opened with its drawer has nothing behind it to go back to.
    if (page.state.drawer) history.back();
    else await go(null, { replaceState: true });
  }

  async #hidePanel(isHidden: boolean): Promise<void> {
    this.#wasHidden = isHidden;
    if (isHidden) localStorage.setItem(HIDDEN, 'yes');
    else localStorage.removeItem(HIDDEN);
    await go(isHidden ? 'hidden' : 'shown', { replaceState: true });
  }
}

/** Have the address say how the panel stands, and nothing else change. */
async function go(panel: 'shown' | 'hidden' | null, how: { replaceState?: boolean; state?: App.PageState }) {
  const url = new URL(page.url);
  if (panel) url.searchParams.set(PARAMETER, panel);
  else url.searchParams.delete(PARAMETER);
  await goto(url, { ...how, keepFocus: true, noScroll: true });
}

export const [getFrame, setFrame] = createContext<Frame>();
