/** xterm.js with what belongs to it. Loaded when the first terminal is shown. */
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal, type ITerminalOptions } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';

/** As much as the server keeps, in lines of an ordinary length. */
const SCROLLBACK_LINES = 10_000;

/** Only these are opened, and only they are shown as links. */
const OPENED = /^https?:$/;

export interface EmulatorEvents {
  /** A link is pointed at; null: none any more. */
  onPoint: (url: string | null) => void;
}

export interface Emulator {
  terminal: Terminal;
  fit: FitAddon;
  search: SearchAddon;
  /** Draw with the graphics card for as long as the terminal is in sight. Return what ends that. */
  accelerate: () => () => void;
}

export function createEmulator(options: ITerminalOptions, { onPoint }: EmulatorEvents): Emulator {
  const open = (event: MouseEvent, url: string) => {
    if (event.ctrlKey || event.metaKey) openLink(url);
  };
  const terminal = new Terminal({
    ...options,
    // For the widths of Unicode 11 and the marks of a search.
    allowProposedApi: true,
    scrollback: SCROLLBACK_LINES,
    linkHandler: {
      activate: open,
      hover: (_event, url) => onPoint(isOpened(url) ? url : null),
      leave: () => onPoint(null),
      allowNonHttpProtocols: false,
    },
  });
  const [fit, search] = [new FitAddon(), new SearchAddon()];
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.loadAddon(
    new WebLinksAddon(open, { hover: (_event, url) => onPoint(url), leave: () => onPoint(null) }),
  );
  terminal.unicode.activeVersion = '11';
  return { terminal, fit, search, accelerate: () => accelerate(terminal) };
}

export function isOpened(url: string): boolean {
  return URL.canParse(url) && OPENED.test(new URL(url).protocol);
}

function openLink(url: string): void {
  if (isOpened(url)) window.open(url, '_blank', 'noopener,noreferrer');
}

function accelerate(terminal: Terminal): () => void {
  const webgl = new WebglAddon();
  // A browser takes the graphics card away from whom it likes; what is drawn without it is drawn more slowly.
  webgl.onContextLoss(() => webgl.dispose());
  try {
    terminal.loadAddon(webgl);
  } catch {
    return () => undefined;
  }
  return () => webgl.dispose();
}
