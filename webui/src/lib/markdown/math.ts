/** Formulas in Markdown: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` by themselves. They are drawn later. */
import type MarkdownIt from 'markdown-it';

type Markdown = InstanceType<typeof MarkdownIt>;

interface Marks {
  open: string;
  close: string;
  isDisplay: boolean;
}

const MARKS: readonly Marks[] = [
  { open: '$$', close: '$$', isDisplay: true },
  { open: '\\[', close: '\\]', isDisplay: true },
  { open: '\\(', close: '\\)', isDisplay: false },
  { open: '$', close: '$', isDisplay: false },
];

interface Found {
  tex: string;
  end: number;
  isDisplay: boolean;
}

/** Return the formula that begins at `start`; null where none does. */
function formulaAt(text: string, start: number): Found | null {
  const marks = MARKS.find(({ open }) => text.startsWith(open, start));
  if (!marks) return null;
  const from = start + marks.open.length;
  const close = text.indexOf(marks.close, from);
  if (close < 0) return null;
  const tex = text.slice(from, close);
  const end = close + marks.close.length;
  if (!tex.trim() || (marks.open === '$' && !isFormula(tex, text[end] ?? ''))) return null;
  return { tex: tex.trim(), end, isDisplay: marks.isDisplay };
}

/** Sums of money also have this sign: a formula touches both of its marks, and no digit follows. */
const isFormula = (tex: string, next: string): boolean =>
  tex === tex.trim() && !/\d/.test(next) && !tex.includes('\n\n');

interface Block {
  tex: string;
  /** The first line after it. */
  end: number;
}

/** Whether a line begins a formula that stands by itself. */
const isDisplayed = (line: string): boolean => /^ {0,3}(?:\$\$|\\\[)/.test(line);

/** Return the formula that the lines from `start` on are, up to the one that its closing mark ends; null where they are none. */
function blockAt(lines: readonly string[]): Block | null {
  const [first = ''] = lines;
  const marks = MARKS.find(({ open, isDisplay }) => isDisplay && first.trimStart().startsWith(open));
  if (!marks) return null;
  const end = lines.findIndex((line, index) => {
    const text = (index ? line : line.trimStart().slice(marks.open.length)).trimEnd();
    return text.endsWith(marks.close);
  });
  if (end < 0) return null;
  const text = lines
    .slice(0, end + 1)
    .join('\n')
    .trim();
  return { tex: text.slice(marks.open.length, -marks.close.length).trim(), end: end + 1 };
}

/** Let formulas be tokens called `math`: `content` is what was written between the marks, `markup` says how it stands. */
export function readMath(markdown: Markdown): void {
  markdown.inline.ruler.before('escape', 'math', (state, silent) => {
    const found = formulaAt(state.src, state.pos);
    if (!found || found.end > state.posMax) return false;
    if (!silent) {
      const token = state.push('math', 'span', 0);
      token.content = found.tex;
      token.markup = found.isDisplay ? 'display' : '';
    }
    state.pos = found.end;
    return true;
  });
  // Before all else that lines may begin: a formula has stars and lines of signs too.
  markdown.block.ruler.before('fence', 'math', (state, startLine, endLine, silent) => {
    const [first] = state.getLines(startLine, startLine + 1, state.blkIndent, false).split('\n');
    if (!isDisplayed(first ?? '')) return false;
    const lines = state.getLines(startLine, endLine, state.blkIndent, false).split('\n');
    const found = blockAt(lines);
    if (!found) return false;
    if (!silent) {
      const token = state.push('math', 'div', 0);
      token.block = true;
      token.content = found.tex;
      token.markup = 'display';
      token.map = [startLine, startLine + found.end];
      state.line = startLine + found.end;
    }
    return true;
  });
}
