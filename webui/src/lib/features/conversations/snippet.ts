/** What the server shows of a message that was found: HTML with marks and escaped text, nothing else. */

export interface Piece {
  text: string;
  isMarked: boolean;
}

const CHARACTERS: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};

/** Returns the text of a snippet in pieces, those between marks apart. */
export function piecesOf(snippet: string): Piece[] {
  return snippet
    .split(/<\/?mark>/)
    .map((html, index) => ({ text: unescape(html), isMarked: index % 2 === 1 }))
    .filter(({ text }) => text);
}

function unescape(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => CHARACTERS[entity] ?? entity);
}
