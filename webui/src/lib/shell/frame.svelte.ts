/** How the frame stands: what lies over the page, and whether the panel is beside it. */
import { createContext } from 'svelte';
import { pushState } from '$app/navigation';
import { page } from '$app/state';

const HIDDEN = 'studio.panel.hidden';
/** Below this width the panel is in a drawer. */
const NARROW = '(width < 48rem)';

export class Frame {
  over = $state<'palette' | 'shortcuts' | null>(null);
  isPanelHidden = $state(localStorage.getItem(HIDDEN) !== null);

  get isNarrow(): boolean {
    return matchMedia(NARROW).matches;
  }

  showPanel(): void {
    if (this.isNarrow) this.#openDrawer();
    else this.#hidePanel(false);
  }

  togglePanel(): void {
    if (this.isNarrow) this.#openDrawer();
    else this.#hidePanel(!this.isPanelHidden);
  }

  #openDrawer(): void {
    if (!page.state.drawer) pushState('', { drawer: true });
  }

  #hidePanel(isHidden: boolean): void {
    this.isPanelHidden = isHidden;
    if (isHidden) localStorage.setItem(HIDDEN, 'yes');
    else localStorage.removeItem(HIDDEN);
  }
}

export const [getFrame, setFrame] = createContext<Frame>();
