/** What the palette offers for what is typed. */
import type { Action } from '$lib/actions/actions.svelte';
import type { ConversationSummary } from '$lib/api/shapes';
import { match } from '$lib/text/fuzzy';
import type { IconName } from '$lib/ui/icons';

export interface Choice {
  /** Unlike every other's. */
  id: string;
  icon: IconName;
  label: string;
  /** Where what was typed stands in the label. */
  places: readonly number[];
  keys: string;
  action: Action | null;
  href: string;
}

export interface ChoiceGroup {
  name: 'recent' | 'actions' | 'conversations' | 'messages';
  choices: Choice[];
}

const MOST_RECENT = 5;
const MOST_CONVERSATIONS = 8;
/** What was used before was more likely meant. */
const RECENT_GAIN = 4;

export interface Offered {
  query: string;
  /** Those that can be done now, with their names and their keys. */
  actions: readonly { action: Action; label: string; keys: string }[];
  recent: readonly string[];
  conversations: readonly ConversationSummary[];
  /** Conversations in whose messages the query was found. */
  found: readonly ConversationSummary[];
  untitled: string;
}

/** Return the groups in their order; none of them is empty. */
export function choicesFor(offered: Offered): ChoiceGroup[] {
  const groups = offered.query.trim() ? searched(offered) : unsearched(offered);
  return groups.filter(({ choices }) => choices.length > 0);
}

function unsearched(offered: Offered): ChoiceGroup[] {
  const all = offered.actions.map((one) => ofAction(one, []));
  const byId = new Map(all.map((choice) => [choice.action?.id, choice]));
  const recent = offered.recent.flatMap((id) => byId.get(id) ?? []).slice(0, MOST_RECENT);
  return [
    { name: 'recent', choices: recent },
    { name: 'conversations', choices: offered.conversations.slice(0, MOST_RECENT).map(inList(offered)) },
    { name: 'actions', choices: all.filter((choice) => !recent.includes(choice)) },
  ];
}

function searched(offered: Offered): ChoiceGroup[] {
  const { query } = offered;
  const actions = ranked(offered.actions, (one) => {
    const found = match(query, one.label);
    const gain = offered.recent.includes(one.action.id) ? RECENT_GAIN : 0;
    return found && { score: found.score + gain, choice: ofAction(one, found.places) };
  });
  const conversations = ranked(offered.conversations, (one) => {
    const found = match(query, one.title);
    return found && { score: found.score, choice: { ...inList(offered)(one), places: found.places } };
  });
  const titled = conversations.choices.slice(0, MOST_CONVERSATIONS);
  const known = new Set(titled.map(({ id }) => id));
  const messages = offered.found.map(inList(offered)).filter(({ id }) => !known.has(id));
  const named: ChoiceGroup[] = [
    { name: 'actions', choices: actions.choices },
    { name: 'conversations', choices: titled },
  ];
  // Enter takes the first of all, so what fits best stands there.
  if (conversations.best > actions.best) named.reverse();
  return [...named, { name: 'messages', choices: messages.slice(0, MOST_CONVERSATIONS) }];
}

function ranked<T>(items: readonly T[], rank: (item: T) => { score: number; choice: Choice } | null) {
  const found = items.map(rank).filter((one) => one !== null);
  found.sort((one, other) => other.score - one.score);
  return { best: found[0]?.score ?? -Infinity, choices: found.map(({ choice }) => choice) };
}

const ofAction = ({ action, label, keys }: Offered['actions'][number], places: number[]): Choice => ({
  id: action.id,
  icon: action.icon,
  label,
  places,
  keys,
  action,
  href: '',
});

const inList =
  ({ untitled }: Offered) =>
  ({ id, title }: ConversationSummary): Choice => ({
    id: `conversation.${id}`,
    icon: 'chat',
    label: title || untitled,
    places: [],
    keys: '',
    action: null,
    href: `/chat/${id}`,
  });
