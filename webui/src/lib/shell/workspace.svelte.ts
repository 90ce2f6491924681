/** Everything the page knows, put together. Every part finds its own through its context. */
import { goto } from '$app/navigation';
import { Actions, setActions } from '$lib/actions/actions.svelte';
import { Client } from '$lib/api/client';
import { setClient } from '$lib/api/context';
import { EventSocket } from '$lib/api/event-socket.svelte';
import { SessionKey } from '$lib/api/key';
import { Session, setSession } from '$lib/features/accounts/session.svelte';
import { Approvals, setApprovals } from '$lib/features/approvals/approvals.svelte';
import { Threads, setThreads } from '$lib/features/chat/threads.svelte';
import { Conversations, setConversations } from '$lib/features/conversations/conversations.svelte';
import { Installs, setInstalls } from '$lib/features/installs/installs.svelte';
import { LanguageServers, setLanguageServers } from '$lib/features/lsp/servers.svelte';
import { McpServers, setMcpServers } from '$lib/features/mcp/mcp.svelte';
import { Rules, setRules } from '$lib/features/permissions/rules.svelte';
import { Programs, setPrograms } from '$lib/features/programs/programs.svelte';
import { Providers, setProviders } from '$lib/features/providers/providers.svelte';
import { Notices, setNotices } from '$lib/features/settings/notices.svelte';
import { Preferences, setPreferences } from '$lib/features/settings/preferences.svelte';
import { MetricsHistory, setMetricsHistory } from '$lib/features/system/metrics.svelte';
import { Terminals, setTerminals } from '$lib/features/terminals/terminals.svelte';
import { Usage, setUsage } from '$lib/features/usage/usage.svelte';
import { Unseen, setUnseen } from '$lib/features/workflows/unseen.svelte';
import { setLanguage, type Language } from '$lib/i18n/language.svelte';
import { MarkdownEngine, setMarkdown } from '$lib/markdown/engine.svelte';
import { chatActions } from './actions/chat';
import { goActions } from './actions/go';
import { libraryActions } from './actions/library';
import { terminalsActions } from './actions/terminals';
import { studioActions, viewActions } from './actions/view';
import { Frame, setFrame } from './frame.svelte';

export class Workspace {
  readonly session: Session;
  readonly socket: EventSocket;
  readonly conversations: Conversations;
  readonly threads: Threads;
  readonly preferences: Preferences;
  readonly actions: Actions;
  readonly frame: Frame;
  readonly #key = new SessionKey();

  /** Build every part and introduce them to each other. Call it while the root component is made. */
  constructor(language: Language) {
    const client = setClient(new Client(this.#key));
    const approvals = setApprovals(new Approvals(client));
    const unseen = setUnseen(new Unseen(client));
    const providers = setProviders(new Providers(client));
    this.conversations = setConversations(new Conversations(client));
    this.session = setSession(new Session(client, this.#key));
    this.socket = new EventSocket(this.#key);
    this.threads = setThreads(new Threads(client));
    this.preferences = setPreferences(new Preferences(client, language));
    this.actions = setActions(new Actions(() => this.preferences.profile?.shortcuts ?? {}));
    this.frame = setFrame(new Frame());
    const terminals = setTerminals(new Terminals(client, this.#key));
    terminals.onSignedOut = () => this.session.lose();
    const programs = setPrograms(new Programs(client));
    const installs = setInstalls(new Installs(client));
    const servers = setLanguageServers(new LanguageServers(client));
    setMetricsHistory(new MetricsHistory(client));
    this.#offer(client, terminals, programs);
    const notices = this.#tell(language, approvals, unseen);
    setMcpServers(new McpServers(client));
    setRules(new Rules(client));
    setUsage(new Usage(client));
    setMarkdown(new MarkdownEngine());
    setLanguage(language);
    client.onSignedOut = this.socket.onSignedOut = () => this.session.lose();
    // The question also comes over the socket, unless that is just being opened again.
    this.threads.onAsked = () => void approvals.load().catch(() => undefined);
    for (const part of [
      this.conversations,
      approvals,
      unseen,
      providers,
      this.threads,
      terminals,
      programs,
      installs,
      servers,
      notices,
    ]) {
      this.socket.listen((announcement) => part.hear(announcement));
    }
  }

  /** Let the browser tell of what asks the person and of what failed, where that is wanted. */
  #tell(language: Language, approvals: Approvals, unseen: Unseen): Notices {
    const notices = setNotices(new Notices());
    notices.isAllowed = () => this.preferences.profile?.notifications ?? false;
    notices.onFollow = (href) => void goto(href);
    approvals.onAsked = () => notices.tell({ ...language.text.notices.asked, href: '/approvals' });
    unseen.onFailed = () => notices.tell({ ...language.text.notices.failed, href: '/workflows' });
    return notices;
  }

  #offer(client: Client, terminals: Terminals, programs: Programs): void {
    const { actions, conversations, frame, preferences, session, threads } = this;
    actions.add(chatActions({ client, conversations, threads, frame }));
    actions.add(terminalsActions(terminals));
    actions.add(libraryActions(programs));
    actions.add(goActions());
    actions.add(viewActions(frame, preferences));
    actions.add(studioActions(frame, session));
  }

  /** Begin to listen once somebody is signed in. Return what ends it. */
  enter(): () => void {
    this.socket.open();
    // The page works without them until they come; the server's answer decides once it is there.
    this.preferences.load().catch(() => undefined);
    return () => this.socket.close();
  }

  /** Another tab signed in or out: both share one cookie, so this tab has to look again. */
  hearStorage(event: StorageEvent): void {
    if (this.#key.isChangedBy(event)) void this.session.open();
  }
}
