/** The editor itself: Markdown with YAML at its head. It is large, so only `CodeEditor` loads it, when one is shown. */
import { markdown } from '@codemirror/lang-markdown';
import { yamlFrontmatter } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Compartment, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { minimalSetup } from 'codemirror';

/** Something to be said of a line, which is counted from 1. */
export interface Remark {
  line: number;
  message: string;
  severity: 'error' | 'warning';
}

interface Options {
  text: string;
  /** What a screen reader calls it. */
  label: string;
  onchange: (text: string) => void;
  onsave: () => void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.heading, color: 'var(--code-title)', fontWeight: '600' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-keyword)' },
  { tag: [tags.monospace, tags.string], color: 'var(--code-string)' },
  { tag: [tags.link, tags.url], color: 'var(--code-type)' },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: 'var(--code-comment)' },
  { tag: tags.strong, fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
]);

const LOOK = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--code)', color: 'var(--ink)', fontSize: 'var(--text-s)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { border: 'none', backgroundColor: 'var(--code)', color: 'var(--ink-faint)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--caution)' },
  '.cm-tooltip': { border: '1px solid var(--line)', backgroundColor: 'var(--raised)', color: 'var(--ink)' },
});

export class Editing {
  readonly #view: EditorView;
  readonly #named = new Compartment();

  constructor(parent: HTMLElement, { text, label, onchange, onsave }: Options) {
    const told = EditorView.updateListener.of((update) => {
      if (update.docChanged) onchange(update.state.doc.toString());
    });
    const saving = keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => (onsave(), true) }]);
    const extensions: Extension[] = [
      saving,
      minimalSetup,
      lineNumbers(),
      EditorView.lineWrapping,
      yamlFrontmatter({ content: markdown() }),
      syntaxHighlighting(COLOURS),
      LOOK,
      told,
      this.#named.of(nameOf(label)),
    ];
    this.#view = new EditorView({ parent, doc: text, extensions });
  }

  rename(label: string): void {
    this.#view.dispatch({ effects: this.#named.reconfigure(nameOf(label)) });
  }

  /** Underline what is said of lines; what was said before is forgotten. */
  remark(remarks: readonly Remark[]): void {
    const { state } = this.#view;
    const diagnostics = remarks.map(({ line, message, severity }): Diagnostic => {
      const { from, to } = this.#lineAt(line);
      return { from, to, message, severity };
    });
    this.#view.dispatch(setDiagnostics(state, diagnostics));
  }

  /** Set the cursor to the beginning of a line, and the focus with it. */
  goTo(line: number): void {
    this.#view.dispatch({ selection: { anchor: this.#lineAt(line).from }, scrollIntoView: true });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }

  /** What is said of a line may be older than the text, which has fewer by now. */
  #lineAt(line: number) {
    const { doc } = this.#view.state;
    return doc.line(Math.min(Math.max(line, 1), doc.lines));
  }
}

const nameOf = (label: string) => EditorView.contentAttributes.of({ 'aria-label': label });
