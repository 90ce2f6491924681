/** The buttons in rendered code: their HTML is text, so one listener around it serves them all. */
import { copyText } from '$lib/text/clipboard';
import type { Labels } from './renderer';

const SHOWN_MS = 1500;

export interface ButtonLabels extends Labels {
  copied: string;
}

/** Listen inside of `node` until the returned function is called. */
export function handleCodeButtons(
  node: HTMLElement,
  labels: () => ButtonLabels,
  insert?: (code: string) => void,
): () => void {
  const click = (event: MouseEvent) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-act]') : null;
    const figure = button?.closest('figure');
    if (!button || !figure) return;
    if (button.dataset['act'] === 'wrap') toggleWrap(figure, button);
    else if (button.dataset['act'] === 'source') toggleSource(figure, button);
    else if (button.dataset['act'] === 'insert') insert?.(codeOf(figure));
    else void copyCode(figure, button, labels());
  };
  node.addEventListener('click', click);
  return () => node.removeEventListener('click', click);
}

function toggleWrap(figure: HTMLElement, button: HTMLElement): void {
  const isWrapped = figure.classList.toggle('wrapped');
  button.setAttribute('aria-pressed', String(isWrapped));
}

function toggleSource(figure: HTMLElement, button: HTMLElement): void {
  const isShown = figure.classList.toggle('source');
  button.setAttribute('aria-pressed', String(isShown));
}

const codeOf = (figure: HTMLElement) => figure.querySelector('code')?.textContent ?? '';

async function copyCode(figure: HTMLElement, button: HTMLElement, labels: ButtonLabels): Promise<void> {
  await copyText(codeOf(figure));
  button.textContent = labels.copied;
  setTimeout(() => (button.textContent = labels.copy), SHOWN_MS);
}
