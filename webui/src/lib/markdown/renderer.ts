/** Markdown to HTML: no HTML of the model's own, no image that is fetched, every link with its true target. */
import MarkdownIt, { type Env, type RendererRule, type Token } from 'markdown-it';
import { hostOf, isOpened, isShown, remarkOn } from './links';
import { readMath } from './math';
import { sanitise } from './sanitise';

/** What the page says inside of rendered text, in the person's language. */
export interface Labels {
  copy: string;
  wrap: string;
  code: string;
  table: string;
  image: string;
  diagram: string;
  source: string;
  /** Said where code of a shell can be put into a terminal. */
  insert?: string;
}

/** Colours code: returns HTML, or null for a language it does not know. */
export type Highlight = (code: string, language: string) => string | null;

export interface Environment extends Env {
  labels: Labels;
  highlight: Highlight | null;
}

/** A rule that is told what it draws and in which words. */
const rule =
  (draw: (token: Token, env: Environment, tokens: Token[], index: number) => string): RendererRule =>
  (tokens, index, _options, env) =>
    draw(tokens[index] as Token, env as Environment, tokens, index);

const attribute = (token: Token | undefined, name: string) => String(token?.attrGet(name) ?? '');

const escapeHtml = (text: string) => markdown.utils.escapeHtml(text);

export const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
markdown.validateLink = isShown;
readMath(markdown);

/** Code in these can be typed into a shell. */
const SHELLS = new Set(['sh', 'bash', 'shell', 'zsh', 'fish']);

const fence = rule(({ info, content }, { labels, highlight }) => {
  const language = info.trim().split(/\s+/)[0] ?? '';
  const code = content.replace(/\n$/, '');
  const body = highlight?.(code, language) ?? escapeHtml(code);
  const name = language ? `${labels.code}: ${language}` : labels.code;
  const isDiagram = language === 'mermaid';
  const toggle = `<button type="button" data-act="source" aria-pressed="false">${escapeHtml(labels.source)}</button>`;
  const insert =
    labels.insert && SHELLS.has(language)
      ? `<button type="button" data-act="insert">${escapeHtml(labels.insert)}</button>`
      : '';
  return (
    `<figure class="code${isDiagram ? ' diagram' : ''}"><figcaption><span>${escapeHtml(language)}</span>` +
    (isDiagram ? toggle : '') +
    insert +
    `<button type="button" data-act="wrap" aria-pressed="false">${escapeHtml(labels.wrap)}</button>` +
    `<button type="button" data-act="copy">${escapeHtml(labels.copy)}</button></figcaption>` +
    `<pre tabindex="0" role="group" aria-label="${escapeHtml(name)}"><code>${body}</code></pre></figure>\n`
  );
});

/** Its source, until it is drawn. */
const math = rule(
  ({ tag, content, markup }) => `<${tag} class="math ${markup}">${escapeHtml(content)}</${tag}>`,
);

const openLink = rule((token) => {
  const url = escapeHtml(attribute(token, 'href'));
  return isOpened(url) ? `<a href="${url}" title="${url}">` : `<span class="local-link" title="${url}">`;
});

const closeLink = rule((_token, _env, tokens, index) => {
  const start = openingOf(tokens, index);
  const url = attribute(tokens[start], 'href');
  const text = tokens.slice(start + 1, index).map((token) => token.content);
  const remark = remarkOn(url, text.join(''));
  const said = remark ? ` <span class="target">${escapeHtml(remark)}</span>` : '';
  return `${isOpened(url) ? '</a>' : '</span>'}${said}`;
});

/** An image elsewhere would tell its server that this was read: it is named, not loaded. */
const image = rule((token, { labels }) => {
  const url = attribute(token, 'src');
  const what = escapeHtml(`${labels.image}: ${token.content}`);
  if (!isOpened(url)) return `<span class="remote-image">${what}</span>`;
  const target = `<span class="target">${escapeHtml(hostOf(url))}</span>`;
  return `<a class="remote-image" href="${escapeHtml(url)}" title="${escapeHtml(url)}">${what}</a> ${target}`;
});

const openTable = rule(
  (_token, { labels }) =>
    `<div class="table" tabindex="0" role="group" aria-label="${escapeHtml(labels.table)}"><table>`,
);

const openCell: RendererRule = (tokens, index, options, _env, renderer) => {
  const token = tokens[index];
  const align = /text-align:(\w+)/.exec(attribute(token, 'style'))?.[1];
  if (token && align) token.attrs = [['class', `align-${align}`]];
  return renderer.renderToken(tokens, index, options);
};

Object.assign(markdown.renderer.rules, {
  fence,
  code_block: fence,
  math,
  link_open: openLink,
  link_close: closeLink,
  image,
  table_open: openTable,
  table_close: () => '</table></div>',
  th_open: openCell,
  td_open: openCell,
});

// The one tag that models cannot do without, inside of tables.
markdown.inline.ruler.before('html_inline', 'line_break', (state, silent) => {
  const found = /^<br\s*\/?>/i.exec(state.src.slice(state.pos, state.pos + 8));
  if (!found) return false;
  if (!silent) state.push('hardbreak', 'br', 0);
  state.pos += found[0].length;
  return true;
});

/** `[ ]` and `[x]` at the start of an item are boxes. */
markdown.core.ruler.after('inline', 'tasks', ({ tokens }) => {
  tokens.forEach((token, index) => {
    const [first] = token.children ?? [];
    const item = tokens[index - 2];
    const box = item?.type === 'list_item_open' && first ? /^\[([ xX])\] /.exec(first.content) : null;
    if (!first || !box) return;
    first.content = `${box[1] === ' ' ? '☐' : '☑'} ${first.content.slice(4)}`;
    item?.attrJoin('class', 'task');
  });
});

function openingOf(tokens: Token[], closing: number): number {
  let depth = 0;
  for (let index = closing; index >= 0; index--) {
    const type = tokens[index]?.type;
    if (type === 'link_close') depth++;
    if (type === 'link_open' && --depth === 0) return index;
  }
  return closing;
}

/** Return the HTML of some whole blocks. */
export function render(tokens: Token[], env: Environment): string {
  return sanitise(markdown.renderer.render(tokens, markdown.options, env));
}
