/** Keeps the end of what grows in sight, as long as the person has not scrolled away from it. */

const NEAR_PIXELS = 48;

export class StickyScroll {
  isAtEnd = $state(true);
  #scroller: HTMLElement | null = null;

  attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    const look = () => (this.isAtEnd = distanceToEnd(scroller) < NEAR_PIXELS);
    const follow = new ResizeObserver(() => {
      if (this.isAtEnd) this.toEnd();
    });
    scroller.addEventListener('scroll', look, { passive: true });
    follow.observe(scroller);
    for (const child of scroller.children) follow.observe(child);
    this.toEnd();
    return () => {
      scroller.removeEventListener('scroll', look);
      follow.disconnect();
    };
  };

  toEnd(): void {
    this.isAtEnd = true;
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight });
  }
}

function distanceToEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}
