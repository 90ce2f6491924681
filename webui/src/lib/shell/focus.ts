/** Leading the focus to a place of the page that may only just be appearing. */
import { tick } from 'svelte';

/** Focus the first such element that is shown. */
export async function focusFirst(selector: string): Promise<void> {
  await tick();
  const all = [...document.querySelectorAll<HTMLElement>(selector)];
  all.find((element) => element.checkVisibility())?.focus();
}
