/** Keeps the end of what grows in sight, or one place in it, as long as the person has not scrolled away from it. */

const NEAR_PIXELS = 48;

/** What a person does to look elsewhere. */
const ACTS = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

export class StickyScroll {
  isAtEnd = $state(true);
  #scroller: HTMLElement | null = null;
  /** What is kept in sight instead of the end. */
  #held: Element | null = null;

  attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    let top = 0;
    const look = () => {
      const isUp = scroller.scrollTop < top;
      top = scroller.scrollTop;
      // A scroll of ours may be told of after the content has grown again: only who goes up leaves the end.
      this.isAtEnd = distanceToEnd(scroller) < NEAR_PIXELS || (this.isAtEnd && !isUp);
    };
    const follow = new ResizeObserver(() => {
      if (this.#held) this.#held.scrollIntoView();
      else if (this.isAtEnd) this.toEnd();
      // The end may have come nearer without anybody scrolling.
      else look();
    });
    const letGo = () => (this.#held = null);
    for (const act of ACTS) scroller.addEventListener(act, letGo, { passive: true });
    scroller.addEventListener('scroll', look, { passive: true });
    follow.observe(scroller);
    for (const child of scroller.children) follow.observe(child);
    this.toEnd();
    return () => {
      scroller.removeEventListener('scroll', look);
      for (const act of ACTS) scroller.removeEventListener(act, letGo);
      follow.disconnect();
    };
  };

  /** Keep the element with this id in sight until the person moves, or what is returned is called. */
  hold(id: string): () => void {
    const element = document.getElementById(id);
    this.#held = element;
    element?.scrollIntoView();
    if (this.#scroller) this.isAtEnd = distanceToEnd(this.#scroller) < NEAR_PIXELS;
    return () => {
      if (this.#held === element) this.#held = null;
    };
  }

  toEnd(): void {
    this.#held = null;
    this.isAtEnd = true;
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight });
  }
}

function distanceToEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}
