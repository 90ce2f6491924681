/** Colours for code. */
import hljs from 'highlight.js/lib/common';
import type { Highlight } from './renderer';

/** More than this takes longer than a frame, and nobody reads it for its colours. */
const LONGEST = 50_000;

export const highlight: Highlight = (code, language) =>
  language && code.length <= LONGEST && hljs.getLanguage(language)
    ? hljs.highlight(code, { language, ignoreIllegals: true }).value
    : null;
