/** Text that grows, as a list of blocks of HTML. A block that is finished is never made again. */
import type { Token } from 'markdown-it';
import { mend } from './mend';
import { markdown, render, type Environment, type Highlight, type Labels } from './renderer';

/** A line like `[name]: https://…`, which gives the target of links elsewhere in the text. */
const NAMED_TARGET = /^ {0,3}\[[^\]]+\]:/m;

export interface Block {
  key: number;
  html: string;
  /** More text cannot change it. */
  isFinished: boolean;
}

interface Finished extends Block {
  /** Kept where colours may come later. */
  code: Token[] | null;
}

export interface View {
  labels: Labels;
  highlight: Highlight | null;
  /** Nothing more will come. */
  isComplete: boolean;
}

export class MarkdownBlocks {
  #finished: Finished[] = [];
  /** The text that the finished blocks were made of. */
  #taken = '';
  #env: Environment | null = null;
  /** Whether some block holds code, so that colours are worth loading. */
  hasCode = false;

  /** Return the blocks of `source`. */
  update(source: string, { labels, highlight, isComplete }: View): Block[] {
    if (!source.startsWith(this.#taken) || this.#env?.labels !== labels) this.#reset(labels);
    const env = (this.#env ??= { labels, highlight });
    if (env.highlight !== highlight) this.#colour(highlight);
    const open = this.#advance(source, isComplete);
    if (isComplete && NAMED_TARGET.test(source)) return this.#renderAnew(source);
    return open ? [...this.#finished, open] : this.#finished;
  }

  /** Finish every block that more text cannot change; return the last one as it stands. */
  #advance(source: string, isComplete: boolean): Block | null {
    const env = this.#env;
    if (!env) return null;
    const rest = source.slice(this.#taken.length);
    const shown = isComplete ? rest : mend(rest);
    // Names and their targets are for the end: half of a target would be taken for all of it.
    const blocks = split(markdown.parse(shown, { ...env }));
    const last = isComplete ? undefined : blocks.pop();
    for (const tokens of blocks) this.#finish(tokens, env);
    this.#taken += last ? upToLine(rest, last[0]?.map?.[0] ?? 0) : isComplete ? rest : '';
    // Colours come when the code is complete: they would change with every letter.
    return last
      ? { key: this.#finished.length, html: render(last, { ...env, highlight: null }), isFinished: false }
      : null;
  }

  #finish(tokens: Token[], env: Environment): void {
    const hasCode = tokens.some((token) => token.type === 'fence');
    this.hasCode ||= hasCode;
    const block = {
      key: this.#finished.length,
      html: render(tokens, env),
      isFinished: true,
      code: hasCode ? tokens : null,
    };
    this.#finished = [...this.#finished, block];
  }

  #colour(highlight: Highlight | null): void {
    const env = this.#env;
    if (!env) return;
    env.highlight = highlight;
    this.#finished = this.#finished.map((block) =>
      block.code ? { ...block, html: render(block.code, env) } : block,
    );
  }

  /** A link may be named before its target is: only at the end are all targets known. */
  #renderAnew(source: string): Block[] {
    const env = this.#env;
    if (!env) return this.#finished;
    this.#finished = [];
    for (const tokens of split(markdown.parse(source, { ...env }))) this.#finish(tokens, env);
    return this.#finished;
  }

  #reset(labels: Labels): void {
    this.#finished = [];
    this.#taken = '';
    this.#env = { labels, highlight: this.#env?.highlight ?? null };
  }
}

/** Cut the tokens of a document into those of its outermost blocks. */
function split(tokens: Token[]): Token[][] {
  const blocks: Token[][] = [];
  let block: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    block.push(token);
    depth += token.nesting;
    if (depth === 0) {
      blocks.push(block);
      block = [];
    }
  }
  return blocks;
}

/** Return the lines of `text` before the line with this number. */
function upToLine(text: string, line: number): string {
  let end = 0;
  for (let count = 0; count < line; count++) end = text.indexOf('\n', end) + 1;
  return text.slice(0, end);
}
