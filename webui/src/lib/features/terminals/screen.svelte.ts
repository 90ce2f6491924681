/** One terminal on the screen: what draws it, and the socket that feeds it. It lives on while it is out of sight. */
import type { SessionKey } from '$lib/api/key';
import { copyText } from '$lib/text/clipboard';
import { pressedKeys } from '$lib/ui/keys';
import type { ITerminalOptions } from '@xterm/xterm';
import { untrack } from 'svelte';
import { loadFont } from './appearance';
import type { Emulator } from './emulator';
import type { Ending } from './frames';
import { keyOf, type TerminalKey } from './keys';
import { harmless, hasLines } from './paste';
import { TerminalSocket, type Size, type TerminalDraft } from './terminal-socket.svelte';

const USUAL_SIZE: Size = { cols: 80, rows: 24 };
/** So many lines of the end are told to whoever is asked about them. */
const TOLD_LINES = 60;
const CONTROL_BITS = 0x1f;

export interface ScreenParts {
  id: string | null;
  draft?: TerminalDraft;
  key: SessionKey;
  emulator: Emulator;
}

export class Screen {
  readonly host = document.createElement('div');
  readonly socket: TerminalSocket;
  /** How what ran here ended; null while something runs. */
  ending = $state.raw<Ending | null>(null);
  /** What the program that runs calls itself. */
  title = $state('');
  /** The link that is pointed at. */
  link = $state<string | null>(null);
  hasSelection = $state(false);
  /** What was pasted and waits for a yes. */
  pasted = $state<string | null>(null);
  /** Whether the next letter is typed with Ctrl, where there is no such key. */
  holdsControl = $state(false);
  found = $state.raw<{ place: number; count: number } | null>(null);
  copiesSelection = false;
  onKey: (key: TerminalKey) => void = () => undefined;
  onRestart: () => void = () => undefined;

  readonly #emulator: Emulator;
  #isOpened = false;
  #isSearching = false;

  constructor({ id, draft = {}, key, emulator }: ScreenParts) {
    this.#emulator = emulator;
    this.host.className = 'terminal-host';
    this.socket = new TerminalSocket(key, {
      id,
      draft,
      size: () => this.#size(),
      listener: {
        show: (data, done) => this.#show(data, done),
        reset: () => emulator.terminal.reset(),
        end: (ending) => (this.ending = ending),
      },
    });
    this.#listen();
  }

  /** Fetch what draws terminals, and what it needs. */
  static async prepare(options: ITerminalOptions, onPoint: (url: string | null) => void): Promise<Emulator> {
    const [{ createEmulator }] = await Promise.all([import('./emulator'), loadFont(options)]);
    return createEmulator(options, { onPoint });
  }

  /** Be shown inside of `place`. Return what ends that. */
  attach = (place: HTMLElement): (() => void) => {
    const leave = untrack(() => this.#attach(place));
    // Going takes the focus away, which programs may want to be told.
    return () => untrack(leave);
  };

  #attach(place: HTMLElement): () => void {
    place.append(this.host);
    if (!this.#isOpened) this.#emulator.terminal.open(this.host);
    this.#isOpened = true;
    const decelerate = this.#emulator.accelerate();
    const watching = new ResizeObserver(() => this.fit());
    watching.observe(place);
    this.fit();
    if (this.socket.state === 'closed') this.socket.open();
    return () => {
      watching.disconnect();
      decelerate();
      this.host.remove();
    };
  }

  /** Be as large as there is room. */
  fit(): void {
    if (this.host.isConnected && this.host.clientWidth > 0) this.#emulator.fit.fit();
  }

  setOptions(options: ITerminalOptions): void {
    Object.assign(this.#emulator.terminal.options, options);
    this.fit();
  }

  focus(): void {
    this.#emulator.terminal.focus();
  }

  /** Type for the person, as if they had pressed keys. */
  type(text: string): void {
    this.#emulator.terminal.input(text);
  }

  /** Type a key that has no letter, as the program that runs wants to hear it. */
  press(sequence: string): void {
    const isArrow = sequence.startsWith('\u001b[');
    const { applicationCursorKeysMode } = this.#emulator.terminal.modes;
    this.type(isArrow && applicationCursorKeysMode ? sequence.replace('[', 'O') : sequence);
  }

  /** Put text where the cursor is. Nothing in it is run before the person says so. */
  insert(text: string): void {
    const typed = harmless(text).replace(/[\r\n]+$/, '');
    // Where a program would run each line by itself, the person is asked.
    if (hasLines(typed) && !this.takesPastes) this.pasted = typed;
    else this.paste(typed);
  }

  get selection(): string {
    return this.#emulator.terminal.getSelection();
  }

  async copy(): Promise<void> {
    if (!this.selection) return;
    await copyText(this.selection);
  }

  /** Whether the program takes pasted text for text, and runs no line of it by itself. */
  get takesPastes(): boolean {
    return this.#emulator.terminal.modes.bracketedPasteMode;
  }

  paste(text: string): void {
    this.#emulator.terminal.paste(harmless(text));
    this.focus();
  }

  /** Look for text, from where it was found last. */
  find(text: string, marks: Parameters<Emulator['search']['findNext']>[1], { back = false } = {}): void {
    const { search } = this.#emulator;
    this.#isSearching = true;
    if (!text) this.endSearch();
    else if (back) search.findPrevious(text, marks);
    else search.findNext(text, marks);
    this.#isSearching = false;
  }

  endSearch(): void {
    this.#emulator.search.clearDecorations();
    this.found = null;
  }

  clear(): void {
    this.#emulator.terminal.clear();
  }

  /** Return the last lines that were printed, as plain text. */
  lastLines(): string {
    const { active } = this.#emulator.terminal.buffer;
    const end = active.type === 'normal' ? active.baseY + active.cursorY : active.length - 1;
    const lines: string[] = [];
    for (let row = Math.max(0, end - TOLD_LINES + 1); row <= end; row++) {
      const line = active.getLine(row);
      const text = line?.translateToString(!active.getLine(row + 1)?.isWrapped) ?? '';
      if (line?.isWrapped && lines.length) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    return lines.join('\n').trim();
  }

  dispose(): void {
    this.socket.close();
    this.#emulator.terminal.dispose();
    this.host.remove();
  }

  #size(): Size {
    // Out of sight there is no room to measure: it stays as large as it was.
    const { cols, rows } = this.#emulator.terminal;
    return this.#isOpened ? { cols, rows } : USUAL_SIZE;
  }

  #show(data: Uint8Array, done: () => void): void {
    // Whatever prints again runs again.
    if (this.ending && data.length) this.ending = null;
    this.#emulator.terminal.write(data, done);
  }

  #listen(): void {
    const { terminal, search } = this.#emulator;
    terminal.attachCustomKeyEventHandler((event) => this.#heedKey(event));
    terminal.onData((data) => this.#send(data));
    terminal.onBinary((data) => this.#send(data));
    terminal.onResize(({ cols, rows }) => this.socket.resize({ cols, rows }));
    terminal.onTitleChange((title) => (this.title = title));
    terminal.onSelectionChange(() => this.#select());
    search.onDidChangeResults(
      ({ resultIndex, resultCount }) => (this.found = { place: resultIndex + 1, count: resultCount }),
    );
    // Before xterm hears of it, which would type it at once.
    this.host.addEventListener('paste', (event) => this.#receive(event), { capture: true });
    // What is pressed here is meant for what runs here.
    this.host.addEventListener('keydown', (event) => event.stopPropagation());
  }

  #send(data: string): void {
    this.socket.missed = null;
    if (this.ending) {
      if (data === '\r') this.onRestart();
      return;
    }
    const isHeld = this.holdsControl && data.length === 1;
    if (isHeld) this.holdsControl = false;
    this.socket.type(isHeld ? String.fromCharCode(data.toUpperCase().charCodeAt(0) & CONTROL_BITS) : data);
  }

  /** Return whether the terminal may have this key. */
  #heedKey(event: KeyboardEvent): boolean {
    const key = keyOf(pressedKeys(event));
    if (!key) return true;
    // The browser pastes by itself, without asking whether it may.
    if (key === 'paste' || event.type !== 'keydown') return false;
    event.preventDefault();
    if (key === 'copy') void this.copy().then(() => this.focus());
    else this.onKey(key);
    return false;
  }

  #receive(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (hasLines(text)) this.pasted = text;
    else if (text) this.paste(text);
  }

  #select(): void {
    this.hasSelection = this.#emulator.terminal.hasSelection();
    // What a search marks was not selected by the person.
    if (this.hasSelection && this.copiesSelection && !this.#isSearching)
      void navigator.clipboard.writeText(this.selection).catch(() => undefined);
  }
}
