/** Diagrams, drawn by Mermaid. Each becomes an image: as one it can neither run nor fetch anything. */
import DOMPurify from 'dompurify';
import mermaid from 'mermaid';

mermaid.initialize({
  startOnLoad: false,
  securityLevel: 'strict',
  suppressErrorRendering: true,
  htmlLabels: false,
  flowchart: { htmlLabels: false },
  // An image has no fonts but those of the machine.
  fontFamily: 'system-ui, sans-serif',
  theme: 'default',
});

let made = 0;

/** HTML in labels: Mermaid would take it into the page for a moment, to measure it. Arrows and `<<names>>` are none. */
const HTML = /(?<!<)<(?!br\s*\/?>)[a-z!/?]/i;

/** Draw a diagram beside its source, which alone is shown where it is none. */
export async function drawDiagram(figure: HTMLElement, label: string): Promise<void> {
  const source = figure.querySelector('code')?.textContent ?? '';
  if (HTML.test(source)) return;
  try {
    const { svg } = await mermaid.render(`diagram-${made++}`, source);
    figure.append(await imageOf(svg, label));
    figure.classList.add('drawn');
  } catch {
    // What Mermaid throws is no error of the page: the source says what was meant.
  }
}

async function imageOf(svg: string, label: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.alt = label;
  const drawing = clean(svg);
  const [, , width = 0, height = 0] = (drawing.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  drawing.setAttribute('width', String(width));
  drawing.setAttribute('height', String(height));
  const text = new XMLSerializer().serializeToString(drawing);
  image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

function clean(svg: string): Element {
  const body = DOMPurify.sanitize(svg, {
    USE_PROFILES: { svg: true, svgFilters: true },
    RETURN_DOM: true,
  }) as HTMLElement;
  const drawing = body.querySelector('svg');
  if (!drawing) throw new Error('It was drawn as nothing.');
  return drawing;
}
