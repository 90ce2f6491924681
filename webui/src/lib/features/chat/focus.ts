/** Where the person writes, so that other parts of the conversation can lead back to it. */
import { createContext } from 'svelte';

export class ComposerFocus {
  field: HTMLTextAreaElement | null = null;

  attach = (field: HTMLTextAreaElement): (() => void) => {
    this.field = field;
    // Whoever comes here comes to write.
    if (this.isFree) this.back();
    return () => (this.field = null);
  };

  /** Lead to where it is typed, to a place in the text where one is named. */
  toComposer(caret?: number): void {
    this.field?.focus();
    if (caret !== undefined) this.field?.setSelectionRange(caret, caret);
  }

  /** Lead back from what goes away; on a touch screen that would open the keyboard over everything. */
  back(): void {
    if (matchMedia('(pointer: fine)').matches) this.toComposer();
  }

  /**
   * Whether something may take the focus: where nothing has it, where only the mouse put it there, or where it is in
   * the field and nothing is typed.
   */
  get isFree(): boolean {
    const active = document.activeElement;
    if (!active || active === document.body) return true;
    return active === this.field ? this.field.value === '' : !active.matches(':focus-visible');
  }
}

export const [getComposerFocus, setComposerFocus] = createContext<ComposerFocus>();
