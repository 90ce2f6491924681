/** Formulas and diagrams of a finished block, drawn in the place of their source. What draws them comes when it is needed. */

/** Who waits longer than this for a picture reads its source. */
const LONGEST = 20_000;

/** Draw what is in a block that can be drawn. What cannot is shown as it was written. */
export async function drawAll(block: HTMLElement, labels: { diagram: string }): Promise<void> {
  const formulas = find(block, '.math');
  const diagrams = find(block, '.diagram');
  if (formulas.length) {
    const { drawFormula } = await import('./formulas');
    formulas.forEach(drawFormula);
  }
  if (diagrams.length) {
    const { drawDiagram } = await import('./diagrams');
    for (const figure of diagrams) await drawDiagram(figure, labels.diagram);
  }
}

/** A block may be looked at again when colours come; what is drawn is not drawn over. */
const begun = new WeakSet<HTMLElement>();

function find(block: HTMLElement, selector: string): HTMLElement[] {
  const places = [...block.querySelectorAll<HTMLElement>(selector)];
  const found = places.filter((place) => !begun.has(place) && place.textContent.length <= LONGEST);
  for (const place of found) begun.add(place);
  return found;
}
