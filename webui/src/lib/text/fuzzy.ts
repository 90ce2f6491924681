/** Whether a text is what somebody means who types a few of its letters. */

export interface Match {
  /** The higher, the better. Only scores of one query can be compared. */
  score: number;
  /** Where the letters stand in the text, in order. */
  places: number[];
}

/** A letter at the beginning of a word was probably meant. */
const WORD_BEGINS = 8;
/** Letters that follow each other were typed as they were read. */
const NEIGHBOUR = 7;
const GAP = -2;
const PER_LETTER_OF_TEXT = -0.02;

/** Match every word of the query, in any order: its letters in theirs. Null where one does not fit. */
export function match(query: string, text: string): Match | null {
  const folded = fold(text);
  const places = new Set<number>();
  let score = text.length * PER_LETTER_OF_TEXT;
  for (const word of fold(query).split(/\s+/).filter(Boolean)) {
    const found = matchWord(word, folded, text);
    if (!found) return null;
    score += found.score;
    found.places.forEach((place) => places.add(place));
  }
  return { score, places: [...places].sort((a, b) => a - b) };
}

export interface Run {
  text: string;
  isMatched: boolean;
}

/** Cut a text into what was matched and what stands between. */
export function runsOf(text: string, places: readonly number[]): Run[] {
  const matched = new Set(places);
  const runs: Run[] = [];
  for (let at = 0; at < text.length; at++) {
    const isMatched = matched.has(at);
    const last = runs.at(-1);
    if (last?.isMatched === isMatched) last.text += text.charAt(at);
    else runs.push({ text: text.charAt(at), isMatched });
  }
  return runs;
}

/** Without case and accents, letter for letter, so that places stay what they are. */
const fold = (text: string) =>
  text.replace(/[^]/g, (letter) => letter.normalize('NFD').charAt(0).toLowerCase().charAt(0));

const beginsWord = (text: string, at: number) => {
  if (at === 0) return true;
  const [before, here] = [text.charAt(at - 1), text.charAt(at)];
  return !/[\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(here));
};

interface Step {
  at: number;
  score: number;
  before: Step | null;
}

const better = (one: Step | null, other: Step | null) =>
  !one || (other && other.score > one.score) ? other : one;

/** Find the best way to lay the letters of a word into the text: for each letter, the best way to each of its places. */
function matchWord(word: string, folded: string, text: string): Match | null {
  let ways: Step[] = [];
  for (const [index, letter] of word.split('').entries()) {
    const next: Step[] = [];
    let nearer = 0;
    let farther: Step | null = null;
    for (let at = index; at < folded.length; at++) {
      while (nearer < ways.length && (ways[nearer]?.at ?? at) < at - 1) {
        farther = better(farther, ways[nearer++] ?? null);
      }
      if (folded[at] !== letter) continue;
      const gain = 1 + (beginsWord(text, at) ? WORD_BEGINS : 0);
      if (index === 0) {
        next.push({ at, score: gain, before: null });
        continue;
      }
      const neighbour = ways[nearer]?.at === at - 1 ? ways[nearer] : undefined;
      const best = better(
        farther && { at, score: farther.score + gain + GAP, before: farther },
        neighbour ? { at, score: neighbour.score + gain + NEIGHBOUR, before: neighbour } : null,
      );
      if (best) next.push(best);
    }
    ways = next;
  }
  const best = ways.reduce<Step | null>(better, null);
  if (!best) return null;
  const places: number[] = [];
  for (let step: Step | null = best; step; step = step.before) places.unshift(step.at);
  return { score: best.score, places };
}
