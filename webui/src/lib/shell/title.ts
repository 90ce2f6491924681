/** What the page is called, by its address. */
import type { ConversationSummary } from '$lib/api/shapes';
import type { Core } from '$lib/i18n/en/core';
import { areaOf } from './areas';

export function titleOf(
  path: string,
  conversationId: string | undefined,
  conversations: readonly ConversationSummary[],
  text: Core,
): string {
  const area = areaOf(path);
  if (conversationId && area?.name === 'chat') {
    const found = conversations.find(({ id }) => id === conversationId);
    return found?.title ?? text.nav.chat;
  }
  return area ? text.nav[area.name] : text.app.name;
}
