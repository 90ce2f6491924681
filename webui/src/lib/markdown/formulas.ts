/** Formulas, drawn by KaTeX. */
import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Nothing it is told may lead elsewhere, grow without end, or be larger than a page. */
const OPTIONS = { trust: false, strict: 'ignore', maxExpand: 200, maxSize: 40, throwOnError: true } as const;

/** Draw a formula in the place of its source, which stays where it is no formula. */
export function drawFormula(place: HTMLElement): void {
  // Not in its place at once: what is drawn into is emptied before anything is read.
  const drawing = document.createElement('span');
  try {
    katex.render(place.textContent, drawing, {
      ...OPTIONS,
      displayMode: place.classList.contains('display'),
    });
    place.replaceChildren(...drawing.childNodes);
    place.classList.add('drawn');
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
  }
}
