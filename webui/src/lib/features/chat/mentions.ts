/** The files that a person mentions in a message, as the server finds them: `@path/to/file.ext`. */

const MENTION = /(?<!\S)(@[^\s@]+\.[\p{L}\p{N}_]+)/u;

export interface Piece {
  text: string;
  isMention: boolean;
}

/** Return a text in pieces, what mentions a file apart. */
export function splitMentions(text: string): Piece[] {
  return text
    .split(MENTION)
    .map((piece, index) => ({ text: piece, isMention: index % 2 === 1 }))
    .filter((piece) => piece.text);
}
