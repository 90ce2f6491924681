/**
 * What a model wrote so far, made whole: markup that is only half there is closed or held back, so that text does not
 * jump from one look to another while it grows.
 */

/** A last line of nothing but marks may become a list, a heading, a rule or a table: nobody can tell yet. */
const ONLY_MARKS = /^(?:[-=*_+#>`~|:\s]*|[\s>]*(?:[-*+]\s+)*\d{1,9}[.)]?\s*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** The first line of what may become a table, while the line below it is not complete. */
const TABLE_HEAD = /^ {0,3}\|.*$/;
const HALF_A_MARK = /(?:!?\[|[*_~`\\]+|!)$/;
const HALF_A_LINK = /!?\[([^[\]]*)(?:\]\([^)\s]*)?$/;
/** Emphasis that opens before a word or closes after one; a lone star elsewhere is a sign of its own. */
const MARKS =
  /\*\*|~~|(?<![\p{L}\p{N}*\\])\*(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}.,;:!?'")\]])\*(?![\p{L}\p{N}*])/gu;
const HALF_A_FENCE = /\n[ \t]*(?:`+|~+)$/;
const LIST_ITEM = /(?:^|\n)[ \t]*(?:[-*+]|\d+[.)])[ \t]/g;

/** Return `source` as it can be shown while more of it comes. */
export function mend(source: string): string {
  if (isInsideFence(source)) return source.replace(HALF_A_FENCE, '\n');
  const start = source.lastIndexOf('\n') + 1;
  const kept = ONLY_MARKS.test(source.slice(start)) ? source.slice(0, start) : source;
  const paragraph = startOfParagraph(kept);
  return kept.slice(0, paragraph) + mendParagraph(kept.slice(paragraph));
}

/** Where the last paragraph or the last item of a list begins: marks never pair across that. */
function startOfParagraph(text: string): number {
  const start = text.lastIndexOf('\n\n') + 1;
  const items = [...text.slice(start).matchAll(LIST_ITEM)];
  return start + (items.at(-1)?.index ?? 0);
}

/** Whether the end of `source` stands inside a block of code. */
export function isInsideFence(source: string): boolean {
  let open = '';
  for (const line of source.split('\n')) {
    const marks = FENCE.exec(line.replace(/^[ \t]*(?:[-*+>]|\d+[.)])?[ \t]*/, ''))?.[1] ?? '';
    if (!open) open = marks;
    else if (marks.startsWith(open) && line.trim() === marks) open = '';
  }
  return open !== '';
}

function mendParagraph(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 1 && TABLE_HEAD.test(lines[0] ?? '')) return '';
  const trimmed = text.replace(HALF_A_MARK, '');
  const code = openCode(trimmed);
  if (code) return trimmed.trimEnd() + code;
  const linked = trimmed.replace(HALF_A_LINK, '$1').trimEnd();
  return linked + closing(linked.replace(/(`+)[^`]*\1/g, ''));
}

/** The marks that would end a code span that is still open. */
function openCode(text: string): string {
  let open = '';
  for (const [run] of text.matchAll(/`+/g)) {
    if (!open) open = run;
    else if (run === open) open = '';
  }
  return open;
}

/** The marks that would end the emphasis that is still open, innermost first. */
function closing(text: string): string {
  const open: string[] = [];
  for (const [mark] of text.matchAll(MARKS)) {
    if (open.at(-1) === mark) open.pop();
    else if (!open.includes(mark)) open.push(mark);
  }
  return open.reverse().join('');
}
