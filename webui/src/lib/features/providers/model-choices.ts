/** The models that can be chosen, in groups by their providers. */
import type { OfferedModel, Provider } from '$lib/api/shapes';
import { match } from '$lib/text/fuzzy';
import { BUILTIN, findKnown } from './known';

export interface ModelChoice {
  /** Unlike every other's, and fit to be part of the id of an element. */
  id: string;
  provider: string;
  /** Empty where none is chosen yet. */
  model: string;
  label: string;
  /** Where what was typed stands in the label. */
  places: readonly number[];
  offered: OfferedModel | null;
}

export interface ModelGroup {
  name: string;
  title: string;
  choices: ModelChoice[];
}

export interface Words {
  builtin: string;
  none: string;
}

/** Return the groups in which something fits what was typed, what fits best first within each. */
export function groupsOf(
  providers: readonly Provider[],
  models: readonly OfferedModel[],
  { query, words }: { query: string; words: Words },
): ModelGroup[] {
  return providers
    .map((provider) => {
      const title =
        provider.name === BUILTIN ? words.builtin : (findKnown(provider.name)?.title ?? provider.name);
      const offered = models.filter((model) => model.provider === provider.name);
      const all = provider.name === BUILTIN ? [builtin(words)] : offered.map(choiceOf);
      const choices = all.length ? all : [{ ...blank(provider.name), label: words.none }];
      return { name: provider.name, title, choices: fitting(choices, query, title) };
    })
    .filter(({ choices }) => choices.length > 0);
}

function fitting(choices: ModelChoice[], query: string, title: string): ModelChoice[] {
  // The provider may be named too: `anthropic sonnet`.
  const words = query.split(/\s+/).filter((word) => !title.toLowerCase().includes(word.toLowerCase()));
  if (!words.length) return choices;
  const found = choices.flatMap((choice) => {
    const fits = match(words.join(' '), choice.label);
    return fits ? [{ score: fits.score, choice: { ...choice, places: fits.places } }] : [];
  });
  return found.sort((one, other) => other.score - one.score).map(({ choice }) => choice);
}

const blank = (provider: string): ModelChoice => ({
  id: `${provider}.`,
  provider,
  model: '',
  label: '',
  places: [],
  offered: null,
});

const builtin = (words: Words): ModelChoice => ({ ...blank(BUILTIN), label: words.builtin });

const choiceOf = (offered: OfferedModel, index: number): ModelChoice => ({
  id: `${offered.provider}.${index}`,
  provider: offered.provider,
  model: offered.name,
  label: offered.name,
  places: [],
  offered,
});
