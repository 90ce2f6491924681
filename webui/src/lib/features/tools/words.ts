/** Which words of a changed line differ. */
import { compare } from './compare';
import type { Side } from './side-by-side';

export interface Word {
  text: string;
  isChanged: boolean;
}

/** Lines with less in common than this part are different lines, not changed ones. */
const ALIKE = 0.4;
/** Longer lines are rarely read word by word, and take long to compare. */
const LONGEST = 2000;
const WORDS = /[\p{L}\p{N}_]+|\s+|./gsu;

/** Return the line as pieces, those that differ from the line in its place set apart. */
export function wordsOf({ line, partner }: Side): Word[] {
  const whole = [{ text: line.text, isChanged: false }];
  if (!partner || Math.max(line.text.length, partner.text.length) > LONGEST) return whole;
  const compared = compare(cut(line.text), cut(partner.text));
  const stays = compared.filter(({ mark }) => mark === ' ').reduce((sum, { text }) => sum + sizeOf(text), 0);
  if (stays < ALIKE * Math.max(sizeOf(line.text), sizeOf(partner.text))) return whole;
  const words = compared.filter(({ mark }) => mark !== '+');
  return join(words.map(({ text, mark }) => ({ text, isChanged: mark !== ' ' })));
}

const cut = (text: string): string[] => text.match(WORDS) ?? [];

const sizeOf = (text: string): number => text.replace(/\s/g, '').length;

/** Make neighbours of one kind one piece. A space between words that differ differs with them. */
function join(words: readonly Word[]): Word[] {
  const joined: Word[] = [];
  words.forEach(({ text, isChanged }, place) => {
    const isBetween = !text.trim() && Boolean(words[place - 1]?.isChanged && words[place + 1]?.isChanged);
    const last = joined.at(-1);
    if (last?.isChanged === (isChanged || isBetween)) last.text += text;
    else joined.push({ text, isChanged: isChanged || isBetween });
  });
  return joined;
}
