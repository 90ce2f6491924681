/**
 * Where a conversation is looked at. It keeps the end of what grows in sight, or one row, as long as the person has not
 * scrolled away; draws only the rows around the view; and holds the view still while rows above it change.
 */
import { drawRows, RowHeights, type View } from './rows';

const NEAR_PIXELS = 48;
/** Until it is known how high the view is. */
const FIRST_VIEW: View = { top: Infinity, height: 800 };

/** What a person does to look elsewhere. */
const ACTS = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

export class ThreadScroll {
  isAtEnd = $state(true);
  readonly #keys: () => readonly string[];
  readonly #heights = new RowHeights();
  readonly #resizes = new ResizeObserver((entries) => this.#follow(entries));
  #view = $state.raw(FIRST_VIEW);
  /** No state: the focus also goes with a row that is being taken out, where nothing may change. */
  #focused = '';
  #scroller: HTMLElement | null = null;
  #looking = 0;
  /** The row that is kept in sight instead of the end. */
  #held = '';
  readonly pieces = $derived.by(() => {
    const keys = this.#keys();
    // The last row may ask something or grow, and one that has the focus must not lose it.
    const kept = new Set([keys.length - 1, keys.indexOf(this.#focused)]);
    return drawRows(keys, this.#heights, this.#view, kept);
  });

  constructor(keys: () => readonly string[]) {
    this.#keys = keys;
  }

  attach = (scroller: HTMLElement): (() => void) => {
    this.#scroller = scroller;
    let top = 0;
    const scrolled = () => {
      const isUp = scroller.scrollTop < top;
      top = scroller.scrollTop;
      // A scroll of ours may be told of after the content has grown again: only who goes up leaves the end.
      this.isAtEnd = distanceToEnd(scroller) < NEAR_PIXELS || (this.isAtEnd && !isUp);
      this.#look();
    };
    const leaving = new AbortController();
    const options = { passive: true, signal: leaving.signal };
    for (const act of ACTS) scroller.addEventListener(act, () => (this.#held = ''), options);
    scroller.addEventListener('scroll', scrolled, options);
    scroller.addEventListener('focusin', ({ target }) => (this.#focused = keyOf(target)), options);
    scroller.addEventListener('focusout', () => (this.#focused = ''), options);
    this.#resizes.observe(scroller);
    this.toEnd();
    return () => {
      leaving.abort();
      cancelAnimationFrame(this.#looking);
      this.#resizes.disconnect();
    };
  };

  /** For each row: its height is what the gap in its place will have. */
  measure = (row: HTMLElement): (() => void) => {
    this.#resizes.observe(row);
    return () => this.#resizes.unobserve(row);
  };

  /** Keep a row in sight until the person moves, or what is returned is called. */
  hold(key: string): () => void {
    this.#held = key;
    this.#showHeld();
    this.#look();
    return () => {
      if (this.#held === key) this.#held = '';
    };
  }

  toEnd(): void {
    this.#held = '';
    this.isAtEnd = true;
    this.#showEnd();
    this.#look();
  }

  #showEnd(): void {
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight });
  }

  /** A row that is not drawn yet is about as far down as the rows above it are high. */
  #showHeld(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const row = scroller.querySelector(`[data-row="${this.#held}"]`);
    if (row) row.scrollIntoView();
    else scroller.scrollTop = this.#heights.before(this.#keys(), this.#keys().indexOf(this.#held));
    this.isAtEnd = distanceToEnd(scroller) < NEAR_PIXELS;
  }

  #look(): void {
    if (this.#scroller) this.#view = { top: this.#scroller.scrollTop, height: this.#scroller.clientHeight };
  }

  #follow(entries: readonly ResizeObserverEntry[]): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const shift = this.#measureRows(entries, scroller);
    if (this.#held) this.#showHeld();
    else if (this.isAtEnd) this.#showEnd();
    else if (shift) scroller.scrollTop += shift;
    // Rows that were drawn now would be painted once before anybody measured them.
    cancelAnimationFrame(this.#looking);
    this.#looking = requestAnimationFrame(() => this.#look());
  }

  /** Take in the heights of rows; return by how many pixels those above the view have grown. */
  #measureRows(entries: readonly ResizeObserverEntry[], scroller: HTMLElement): number {
    const rows = entries
      .filter(({ target }) => target.isConnected && target !== scroller)
      .map(({ target, borderBoxSize }) => ({
        key: keyOf(target),
        height: borderBoxSize[0]?.blockSize ?? 0,
        bottom: target.getBoundingClientRect().bottom,
      }))
      .sort((one, other) => one.bottom - other.bottom);
    const { top } = scroller.getBoundingClientRect();
    let grown = 0;
    let above = 0;
    this.#heights.measure(rows).forEach((difference, index) => {
      grown += difference;
      if ((rows[index]?.bottom ?? 0) - grown <= top) above = grown;
    });
    return above;
  }
}

const keyOf = (target: EventTarget | null): string =>
  (target instanceof Element && target.closest<HTMLElement>('[data-row]')?.dataset['row']) || '';

function distanceToEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}
