/** What can be done with conversations: with all of them, and with the one that is shown. */
import { goto } from '$app/navigation';
import { page } from '$app/state';
import type { Action } from '$lib/actions/actions.svelte';
import type { Client } from '$lib/api/client';
import type { Threads } from '$lib/features/chat/threads.svelte';
import type { Conversations } from '$lib/features/conversations/conversations.svelte';
import { exportConversation, type Format } from '$lib/features/exports/exports.api';
import { saveFile } from '$lib/text/download';
import { focusFirst } from '../focus';
import type { Frame } from '../frame.svelte';

export interface ChatParts {
  client: Client;
  conversations: Conversations;
  threads: Threads;
  frame: Frame;
}

export function chatActions(parts: ChatParts): Action[] {
  return [...movingActions(parts), ...shownActions(parts), ...listedActions(parts)];
}

function movingActions({ conversations, frame }: ChatParts): Action[] {
  const goToChat = async () => {
    if (!page.url.pathname.startsWith('/chat')) await goto('/chat');
  };
  const step = async (by: 1 | -1) => {
    const { items } = conversations;
    const at = items.findIndex(({ id }) => id === page.params['id']);
    const next = items[at < 0 ? 0 : at + by];
    if (next) await goto(`/chat/${next.id}`);
  };
  return [
    {
      id: 'chat.create',
      group: 'chat',
      icon: 'plus',
      label: (text) => text.conversations.create,
      keys: 'mod+shift+o',
      run: () => goto('/chat'),
    },
    {
      id: 'chat.write',
      group: 'chat',
      icon: 'edit',
      label: (text) => text.actions.write,
      keys: '/',
      run: async () => {
        await goToChat();
        await focusFirst('[data-composer]');
      },
    },
    {
      id: 'chat.search',
      group: 'chat',
      icon: 'search',
      label: (text) => text.conversations.search,
      keys: 'mod+shift+f',
      run: async () => {
        await goToChat();
        await frame.showPanel();
        await focusFirst('.panel [type=search]');
      },
    },
    {
      id: 'chat.next',
      group: 'chat',
      icon: 'down',
      label: (text) => text.actions.next,
      keys: 'alt+arrowdown',
      when: () => conversations.items.length > 0,
      run: () => step(1),
    },
    {
      id: 'chat.previous',
      group: 'chat',
      icon: 'up',
      label: (text) => text.actions.previous,
      keys: 'alt+arrowup',
      when: () => conversations.items.length > 0,
      run: () => step(-1),
    },
  ];
}

function shownActions({ client, threads }: ChatParts): Action[] {
  const isSaved = () => Boolean(threads.shown?.id);
  const save = async (format: Format) => {
    const id = threads.shown?.id;
    if (id) saveFile(await exportConversation(client, id, format));
  };
  return [
    {
      id: 'chat.stop',
      group: 'chat',
      icon: 'stop',
      label: (text) => text.actions.stop,
      keys: 'escape',
      when: () => threads.shown?.isBusy === true,
      run: () => threads.shown?.stop(),
    },
    {
      id: 'chat.summarize',
      group: 'chat',
      icon: 'fold',
      label: (text) => text.conversation.summarize,
      when: () => isSaved() && !threads.shown?.compactions.isSummarizing,
      run: () => threads.shown?.id && threads.shown.compactions.summarize(threads.shown.id),
    },
    {
      id: 'chat.export.markdown',
      group: 'chat',
      icon: 'download',
      label: (text) => text.conversation.asMarkdown,
      when: isSaved,
      run: () => save('markdown'),
    },
    {
      id: 'chat.export.json',
      group: 'chat',
      icon: 'download',
      label: (text) => text.conversation.asJson,
      when: isSaved,
      run: () => save('json'),
    },
  ];
}

/** What can be done with the place in the list of the conversation that is shown. */
function listedActions({ conversations, threads, frame }: ChatParts): Action[] {
  const shown = () => conversations.items.find(({ id }) => id === threads.shown?.id);
  return [
    {
      id: 'chat.rename',
      group: 'chat',
      icon: 'edit',
      label: (text) => text.actions.rename,
      when: () => shown() !== undefined,
      run: async () => {
        await frame.showPanel();
        conversations.renamed = shown()?.id ?? '';
      },
    },
    {
      id: 'chat.pin',
      group: 'chat',
      icon: 'up',
      label: (text) => (shown()?.pinned ? text.actions.unpin : text.actions.pin),
      when: () => shown() !== undefined,
      run: async () => {
        const conversation = shown();
        if (conversation) await conversations.pin(conversation.id, !conversation.pinned);
      },
    },
    {
      id: 'chat.delete',
      group: 'chat',
      icon: 'trash',
      label: (text) => text.actions.delete,
      when: () => shown() !== undefined,
      run: async () => {
        const conversation = shown();
        if (!conversation) return;
        await goto('/chat');
        // The way to bring it back is there.
        await frame.showPanel();
        conversations.delete(conversation.id);
      },
    },
  ];
}
