/** How xterm.js is told what a terminal looks like. */
import type { TerminalSettings, TerminalTheme } from '$lib/api/shapes';
import type { ITerminalOptions } from '@xterm/xterm';

/** The page's own font for code. */
const pageFont = () => getComputedStyle(document.documentElement).getPropertyValue('--font-mono');

export function optionsOf(settings: TerminalSettings, theme: TerminalTheme | undefined): ITerminalOptions {
  return {
    fontSize: settings.font_size,
    fontFamily: settings.font_family ? `${settings.font_family}, ${pageFont()}` : pageFont(),
    screenReaderMode: settings.screen_reader,
    cursorBlink: false,
    macOptionIsMeta: true,
    theme: theme?.colors ?? {},
  };
}

/** Wait for the font, so that its letters are measured and not those of another. */
export async function loadFont({ fontSize, fontFamily }: ITerminalOptions): Promise<void> {
  const sized = `${fontSize ?? 14}px ${fontFamily ?? 'monospace'}`;
  await Promise.allSettled([document.fonts.load(sized), document.fonts.load(`bold ${sized}`)]);
}

/** How what is found stands out, in the colours of the theme. */
export function marksOf(theme: TerminalTheme | undefined) {
  const { selectionBackground = '', yellow = '', brightYellow = '' } = theme?.colors ?? {};
  return {
    matchBackground: selectionBackground,
    matchOverviewRuler: yellow,
    activeMatchBorder: brightYellow,
    activeMatchBackground: selectionBackground,
    activeMatchColorOverviewRuler: brightYellow,
  };
}
