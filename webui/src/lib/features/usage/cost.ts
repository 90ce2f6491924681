/** What a sum says where some of it has no price. */
import type { Consumed } from '$lib/api/shapes';
import type { Language } from '$lib/i18n/language.svelte';

type Priced = Pick<Consumed, 'cost' | 'unpriced_rounds'>;

export function sayCost({ cost, unpriced_rounds }: Priced, language: Language): string {
  const t = language.text.usage;
  if (cost === null || (cost === 0 && unpriced_rounds > 0)) return t.unknown;
  if (unpriced_rounds > 0) return t.atLeast(language.money(cost));
  return cost === 0 ? t.free : language.money(cost);
}

/** What has to be known beside the figures; empty where they are plain. */
export function sayDoubts(
  sum: Pick<Consumed, 'unpriced_rounds' | 'estimated_rounds'>,
  language: Language,
): string {
  const t = language.text.usage;
  const doubts = [
    sum.unpriced_rounds ? t.unpriced(sum.unpriced_rounds) : '',
    sum.estimated_rounds ? t.estimatedOf(sum.estimated_rounds) : '',
  ];
  return doubts.filter(Boolean).join(' ');
}
