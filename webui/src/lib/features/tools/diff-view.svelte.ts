/** How changes are shown in this browser. */

const NAME = 'studio.diff';
const SIDE_BY_SIDE = 'side-by-side';

class DiffView {
  #isSideBySide = $state(localStorage.getItem(NAME) === SIDE_BY_SIDE);

  get isSideBySide(): boolean {
    return this.#isSideBySide;
  }

  set isSideBySide(on: boolean) {
    this.#isSideBySide = on;
    if (on) localStorage.setItem(NAME, SIDE_BY_SIDE);
    else localStorage.removeItem(NAME);
  }
}

export const diffView = new DiffView();
