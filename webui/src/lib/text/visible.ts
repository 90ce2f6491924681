/** Characters that cannot be seen, or that change what is seen, made visible: what is approved must be what is run. */

export interface Run {
  text: string;
  /** Set where the run is one hidden character, shown by this name. */
  name: string | null;
}

const NAMES: Record<number, string> = {
  0x00: 'NUL',
  0x07: 'BEL',
  0x08: 'BS',
  0x0b: 'VT',
  0x0c: 'FF',
  0x0d: 'CR',
  0x1b: 'ESC',
  0x7f: 'DEL',
  0xa0: 'NBSP',
  0xad: 'SHY',
  0x200b: 'ZWSP',
  0x200c: 'ZWNJ',
  0x200d: 'ZWJ',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x2028: 'LS',
  0x2029: 'PS',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x2060: 'WJ',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0xfeff: 'BOM',
};

/**
 * Controls but line feed and tab, spaces other than the usual one, marks of direction, joiners, fillers, tags,
 * variation selectors but the two of emoji, private use, and halves of characters.
 */
const HIDDEN =
  /(?![\n\t ])(?:[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}\p{Co}\p{Cs}]|\u034F|[\u115F\u1160\u3164\uFFA0\uFFFC]|[\u17B4\u17B5]|[\u180B-\u180F]|[\uFE00-\uFE0D]|[\u{E0100}-\u{E01EF}])/gu;
/** A space at the end of a line is part of a command, and nobody sees it. */
const TRAILING = / +(?=\n|$)/g;
/** In a piece after which the line goes on. */
const TRAILING_INSIDE = / +(?=\n)/g;

/**
 * Cut text into runs of what can be read as it is, and single hidden characters with a name. `goesOn` says that the
 * text is a piece, and more follows in its last line.
 */
export function reveal(text: string, { goesOn = false } = {}): Run[] {
  const runs: Run[] = [];
  let end = 0;
  for (const { index, 0: found } of hiddenIn(text, goesOn ? TRAILING_INSIDE : TRAILING)) {
    if (index > end) runs.push({ text: text.slice(end, index), name: null });
    runs.push({ text: found, name: nameOf(found) });
    end = index + found.length;
  }
  if (end < text.length || !runs.length) runs.push({ text: text.slice(end), name: null });
  return runs;
}

/** Whether something in the text cannot be seen as it is. */
export const hasHidden = (text: string): boolean => text.search(HIDDEN) >= 0;

function hiddenIn(text: string, trailing: RegExp): RegExpExecArray[] {
  const found = [...text.matchAll(HIDDEN), ...text.matchAll(trailing)];
  return found.sort((one, other) => one.index - other.index);
}

function nameOf(found: string): string {
  if (/^ +$/.test(found)) return '·'.repeat(found.length);
  const code = found.codePointAt(0) ?? 0;
  return NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
