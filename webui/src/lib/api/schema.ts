// Generated from the OpenAPI document by `npm run types`. Do not edit.

export type paths = {
  '/api/agents/{agent_id}/terminal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Return the agent's terminal, a new one where it has none */
    post: operations['post_api_agents_{agent_id}_terminal'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/approvals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List everything that waits for a person */
    get: operations['get_api_approvals'];
    put?: never;
    /** Answer several questions alike */
    post: operations['post_api_approvals'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/approvals/decided': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List what was decided, by chat, workflows and programs alike, the newest first */
    get: operations['get_api_approvals_decided'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/approvals/expired': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return what nobody answered in time */
    get: operations['get_api_approvals_expired'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/approvals/together': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Answer questions that are alike with one decision: those that are named, and none that came later */
    post: operations['post_api_approvals_together'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/chat': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a message to the active provider; with `stream`, as server-sent events */
    post: operations['post_api_chat'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/chat/approvals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the tool calls of conversations that wait for a person */
    get: operations['get_api_chat_approvals'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/chat/approvals/{approval_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Answer one question: allow, deny, or always */
    post: operations['post_api_chat_approvals_{approval_id}'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/chat/clear': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Remove a conversation, or the most recently used one */
    post: operations['post_api_chat_clear'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/chat/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return messages of one conversation, or of the most recently used one */
    get: operations['get_api_chat_history'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/chat/stop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End a running turn; what was said so far is kept */
    post: operations['post_api_chat_stop'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/chat/summarize': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let a summary stand in for everything said so far in a conversation, or in the most recently used one */
    post: operations['post_api_chat_summarize'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/config': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return everything, defaults where nothing was set */
    get: operations['get_api_config'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/config/profile': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Merge changes into the profile, name by name */
    put: operations['put_api_config_profile'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/config/provider': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Create or change a provider. The first one becomes active by itself */
    put: operations['put_api_config_provider'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/config/reset': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Go back to the defaults: preferences, and whatever else asked to be told */
    post: operations['post_api_config_reset'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/conversations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List conversations, pinned ones first, then most recently used first */
    get: operations['get_api_conversations'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/conversations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a conversation */
    delete: operations['delete_api_conversations_{id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/conversations/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Download a whole conversation as JSON or Markdown; without `id` the most recently used one */
    get: operations['get_api_conversations_export'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/conversations/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Find conversations by what was said in them, the newest message that matches first */
    get: operations['get_api_conversations_search'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/dashboard/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return everything at a glance. Where the machine was not scanned yet, it is scanned first */
    get: operations['get_api_dashboard_status'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return whether the server answers */
    get: operations['get_api_health'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/images/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Serve an image that is attached to a message */
    get: operations['get_api_images_{id}'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/info': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return what this program is */
    get: operations['get_api_info'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/installs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return every installation that is under way, and the last that ended */
    get: operations['get_api_installs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/installs/{installation_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return one installation with what it printed */
    get: operations['get_api_installs_{installation_id}'];
    put?: never;
    post?: never;
    /** End an installation with all it started */
    delete: operations['delete_api_installs_{installation_id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/installs/{installation_id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Follow an installation from its beginning to its end, as server-sent events: `{output, installation}` */
    get: operations['get_api_installs_{installation_id}_events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/lsp': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return every language server that Studio knows of, and which of them are here */
    get: operations['get_api_lsp'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/lsp/auto-install': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Install a language server for each language of a project; without `confirm`, tell what would be run */
    post: operations['post_api_lsp_auto-install'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/lsp/editor-config': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tell an editor about language servers; without `apply`, tell what would change in its file */
    post: operations['post_api_lsp_editor-config'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/lsp/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Start each server that is installed in an empty folder, greet it, and end it */
    get: operations['get_api_lsp_health'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/lsp/install': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Install a language server; without `confirm`, tell what would be run and do nothing */
    post: operations['post_api_lsp_install'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/configure': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tell a program about servers; without `apply`, tell what would change in its file */
    post: operations['post_api_mcp_configure'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/prompts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the prompts of every server that is on */
    get: operations['get_api_mcp_prompts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/prompts/get': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Return a prompt as the text of one message */
    post: operations['post_api_mcp_prompts_get'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/registry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the servers that can be added: those that Studio knows, and those of files of one's own */
    get: operations['get_api_mcp_registry'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/resources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return resources of servers whose names or addresses have all words of the query */
    get: operations['get_api_mcp_resources'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/resources/read': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Return a resource as text */
    post: operations['post_api_mcp_resources_read'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return every server that was added. Secret values are `***` */
    get: operations['get_api_mcp_servers'];
    put?: never;
    /** Add a server and connect to it; without `confirm`, say what would be run and do nothing */
    post: operations['post_api_mcp_servers'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return one server */
    get: operations['get_api_mcp_servers_{name}'];
    put?: never;
    post?: never;
    /** Remove a server with its secrets and with what was approved of it */
    delete: operations['delete_api_mcp_servers_{name}'];
    options?: never;
    head?: never;
    /** Change a server. What changes what is run or reached takes `confirm`; without it, say what would be run */
    patch: operations['patch_api_mcp_servers_{name}'];
    trace?: never;
  };
  '/api/mcp/servers/{name}/approve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Approve tools as they are now; of one that is gone, forget it: its digest is that of what was approved */
    post: operations['post_api_mcp_servers_{name}_approve'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/call': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Call a tool of a server by hand, under the rules that hold for every call */
    post: operations['post_api_mcp_servers_{name}_call'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/connect': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Connect to a server now, and look at its tools */
    post: operations['post_api_mcp_servers_{name}_connect'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/disconnect': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End the connection to a server. The next call makes another */
    post: operations['post_api_mcp_servers_{name}_disconnect'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return what a server printed beside the protocol, and what happened to it */
    get: operations['get_api_mcp_servers_{name}_log'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/quarantine': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Put a server away: it is ended at once, and nothing is asked of it until it is let back */
    post: operations['post_api_mcp_servers_{name}_quarantine'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/sign-in': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Return where a person signs in to a server. Once they did, it is connected */
    post: operations['post_api_mcp_servers_{name}_sign-in'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/sign-out': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Forget what a sign-in gave, and end the connection */
    post: operations['post_api_mcp_servers_{name}_sign-out'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return how one server is */
    get: operations['get_api_mcp_servers_{name}_status'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/servers/{name}/tools': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the tools of a server, and what changed of each since it was approved */
    get: operations['get_api_mcp_servers_{name}_tools'];
    put?: never;
    /** Offer a tool to models, or do not */
    post: operations['post_api_mcp_servers_{name}_tools'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/mcp/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return how every server is, and which other programs use such servers */
    get: operations['get_api_mcp_status'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/providers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return every provider: the configured ones, those found on this machine, and the built-in one */
    get: operations['get_api_providers'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/providers/consumption': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return what was taken today and in the days before it */
    get: operations['get_api_providers_consumption'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/providers/quota': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Ask every provider that has quotas how much is left of them */
    get: operations['get_api_providers_quota'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/providers/validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ask a provider, configured or not, whether it can be used like this */
    post: operations['post_api_providers_validate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/scan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the last scan; the first one to ask waits for one to be made */
    get: operations['get_api_scan'];
    put?: never;
    /** Look for every known program and ask those that are here for their versions */
    post: operations['post_api_scan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the skills of this machine, and of a project, with the programs that see each */
    get: operations['get_api_skills'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return one skill with its text, files, problems and places */
    get: operations['get_api_skills_{name}'];
    /** Save a text file of a skill; makes the skill in Studio's own folder where there is none */
    put: operations['put_api_skills_{name}'];
    post?: never;
    /** Remove a skill from Studio's own folder. It becomes a backup */
    delete: operations['delete_api_skills_{name}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/{name}/file': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return a text file of a skill */
    get: operations['get_api_skills_{name}_file'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/clients': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the programs that read skills, and where */
    get: operations['get_api_skills_clients'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/deploy': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Put a skill where other programs look for it; with `apply` false only say what would be written */
    post: operations['post_api_skills_deploy'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Download skills as a zip archive */
    post: operations['post_api_skills_export'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/import': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Import skills: a zip archive as the body with options in the query, or JSON that names one on this machine */
    post: operations['post_api_skills_import'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/restore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Bring back a skill that was removed */
    post: operations['post_api_skills_restore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/switch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tell Studio's own chat of a skill from now on, or no longer */
    post: operations['post_api_skills_switch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say what would happen if an agent used a skill. Nothing of it is run */
    post: operations['post_api_skills_test'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/undeploy': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take back what was deployed; with `apply` false only say what would be removed */
    post: operations['post_api_skills_undeploy'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/skills/validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Judge a skill by the specification */
    post: operations['post_api_skills_validate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/backups': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List every backup in the data folder, newest first */
    get: operations['get_api_studio_backups'];
    put?: never;
    /** Copy everything that is kept into a new file */
    post: operations['post_api_studio_backups'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/backups/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a backup. Answers with those that are left */
    delete: operations['delete_api_studio_backups_{name}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/backups/{name}/restore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Go back to a backup, for which the server ends and begins anew, and browsers sign in anew */
    post: operations['post_api_studio_backups_{name}_restore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/backups/{name}/verify': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Read a backup from its beginning to its end, and say what is in it */
    post: operations['post_api_studio_backups_{name}_verify'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/compactions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the summaries that stand in for messages of a conversation as it is shown; the last one counts */
    get: operations['get_api_studio_compactions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/compactions/{compaction_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Put a summary into better words */
    put: operations['put_api_studio_compactions_{compaction_id}'];
    post?: never;
    /** Let the messages themselves be told again */
    delete: operations['delete_api_studio_compactions_{compaction_id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/conversations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return one conversation as it is shown, with every piece of its messages in place */
    get: operations['get_api_studio_conversations_{id}'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Rename a conversation, or pin it */
    patch: operations['patch_api_studio_conversations_{id}'];
    trace?: never;
  };
  '/api/studio/conversations/{id}/shown': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Show the version a message belongs to, with all that followed it */
    post: operations['post_api_studio_conversations_{id}_shown'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return how much is kept, of what */
    get: operations['get_api_studio_data'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/data/prune': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Count what nobody used for so long, conversations and runs that are over; with `apply`, remove it */
    post: operations['post_api_studio_data_prune'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/files': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return files of a folder whose paths have the letters of a query in order, those that fit best first */
    get: operations['get_api_studio_files'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/licences': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return all packages, without their texts */
    get: operations['get_api_studio_licences'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/licences/text': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return one with its texts */
    get: operations['get_api_studio_licences_text'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/links': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make an address that signs one browser in, once, within five minutes */
    post: operations['post_api_studio_links'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/lsp/running': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the language servers that run, with their memory, and those that failed */
    get: operations['get_api_studio_lsp_running'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/lsp/running/{server_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** End a running language server. The next question starts it anew */
    delete: operations['delete_api_studio_lsp_running_{server_id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/mcp/clients': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return every program that Studio can tell about servers, with those it knows already */
    get: operations['get_api_studio_mcp_clients'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/models': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return every model that can be chosen, with what is known of it */
    get: operations['get_api_studio_models'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/permissions/explain': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say which rule would decide a call, without making it */
    post: operations['post_api_studio_permissions_explain'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/permissions/folders': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the folders whose own instructions count */
    get: operations['get_api_studio_permissions_folders'];
    put?: never;
    /** Let the instructions of a folder, and of those below it, count */
    post: operations['post_api_studio_permissions_folders'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/permissions/folders/forget': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let the instructions of a folder count no longer */
    post: operations['post_api_studio_permissions_folders_forget'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/permissions/rules': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return every rule, built-in ones first */
    get: operations['get_api_studio_permissions_rules'];
    put?: never;
    /** Write a rule that overrules those before it */
    post: operations['post_api_studio_permissions_rules'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/permissions/rules/{rule_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a rule that a person wrote */
    delete: operations['delete_api_studio_permissions_rules_{rule_id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/providers/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Forget a provider and its key */
    delete: operations['delete_api_studio_providers_{name}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/runs/seen': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Write down that somebody looked at some runs. Return the others */
    post: operations['post_api_studio_runs_seen'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/runs/unseen': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List runs that failed without anybody having looked, those that did so last first, at most a hundred */
    get: operations['get_api_studio_runs_unseen'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List schedules, those that come next first */
    get: operations['get_api_studio_schedules'];
    put?: never;
    /** Keep a schedule */
    post: operations['post_api_studio_schedules'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return a schedule, with what comes next and what was */
    get: operations['get_api_studio_schedules_{id}'];
    /** Replace a schedule. What it began goes on as it is */
    put: operations['put_api_studio_schedules_{id}'];
    post?: never;
    /** Remove a schedule. What it began goes on */
    delete: operations['delete_api_studio_schedules_{id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules/{id}/disable': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Switch a schedule off. What it began goes on */
    post: operations['post_api_studio_schedules_{id}_disable'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules/{id}/enable': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Switch a schedule on. What was due meanwhile was not missed */
    post: operations['post_api_studio_schedules_{id}_enable'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules/{id}/occasions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List what came of a schedule, the newest first */
    get: operations['get_api_studio_schedules_{id}_occasions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules/{id}/run': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Begin now what a schedule begins. Nothing changes about its moments */
    post: operations['post_api_studio_schedules_{id}_run'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules/agenda': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Say what comes next of all schedules, and what was missed or failed in a month */
    get: operations['get_api_studio_schedules_agenda'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/schedules/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say when a trigger would come next; where it cannot be read or never comes, why */
    post: operations['post_api_studio_schedules_preview'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/secrets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return how many secrets are sealed in the database and how many the keyring keeps */
    get: operations['get_api_studio_secrets'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sign this browser in by a one-time link or the owner's token */
    post: operations['post_api_studio_session'];
    /** End the session that this request came with */
    delete: operations['delete_api_studio_session'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/ssh/connections/{name}/file': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Download a file of another machine, 32 MiB at most */
    get: operations['get_api_studio_ssh_connections_{name}_file'];
    put?: never;
    /** Put a file on another machine: its content as Base64, 32 MiB at most */
    post: operations['post_api_studio_ssh_connections_{name}_file'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/ssh/connections/{name}/folder': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List a folder of another machine; without `path`, the home folder there */
    get: operations['get_api_studio_ssh_connections_{name}_folder'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/ssh/forwards': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the ports of this machine that lead to others */
    get: operations['get_api_studio_ssh_forwards'];
    put?: never;
    /** Let a port of this machine lead to one behind a connection, until it is closed or the connection is lost */
    post: operations['post_api_studio_ssh_forwards'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/ssh/forwards/{forward_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Close a port */
    delete: operations['delete_api_studio_ssh_forwards_{forward_id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/ssh/hosts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the hosts that are trusted, and for which key */
    get: operations['get_api_studio_ssh_hosts'];
    put?: never;
    /** Let a host show the key whose fingerprint a person has seen */
    post: operations['post_api_studio_ssh_hosts'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/ssh/hosts/{host}/{port}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Trust a host no longer */
    delete: operations['delete_api_studio_ssh_hosts_{host}_{port}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/studio/terminals/{terminal_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Give a terminal another name */
    patch: operations['patch_api_studio_terminals_{terminal_id}'];
    trace?: never;
  };
  '/api/studio/turns/{message_id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Follow an answer that is being written, from its beginning */
    get: operations['get_api_studio_turns_{message_id}_events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/system': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return what this machine is */
    get: operations['get_api_system'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/system/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return how busy this machine is */
    get: operations['get_api_system_metrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminal/sessions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List what a new terminal can be: saved connections, and the shells of this machine */
    get: operations['get_api_terminal_sessions'];
    put?: never;
    /** Save a connection, or change one. What the draft does not say stays */
    post: operations['post_api_terminal_sessions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminal/sessions/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Forget a saved connection and its secrets */
    delete: operations['delete_api_terminal_sessions_{name}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminal/settings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Save how terminals look */
    put: operations['put_api_terminal_settings'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminal/themes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the themes there are, and the settings */
    get: operations['get_api_terminal_themes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List every terminal, of whomever it is */
    get: operations['get_api_terminals'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminals/{session_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Close the terminal and end what runs in it */
    delete: operations['delete_api_terminals_{session_id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminals/{session_id}/buffer': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the last lines that were printed, without colours and cursor moves */
    get: operations['get_api_terminals_{session_id}_buffer'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminals/{session_id}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Run a program; what it prints is told to whoever watches the terminal */
    post: operations['post_api_terminals_{session_id}_execute'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminals/{session_id}/input': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Type into what runs in the terminal */
    post: operations['post_api_terminals_{session_id}_input'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminals/{session_id}/kill': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a signal to what runs in the terminal */
    post: operations['post_api_terminals_{session_id}_kill'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/terminals/{session_id}/shell': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start a shell in the terminal: the one it had before, else the user's own */
    post: operations['post_api_terminals_{session_id}_shell'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tool/call': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make one call. Reading needs no more than the token; what the rules would ask about needs `confirm` */
    post: operations['post_api_tool_call'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tools': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the last scan; the first one to ask waits for one to be made */
    get: operations['get_api_tools'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tools/install': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Install a program, or bring it up to date; without `confirm`, say what would be run and do nothing */
    post: operations['post_api_tools_install'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/tools/list': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the tools of the chat loop with their JSON schemas */
    get: operations['get_api_tools_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Keep a workflow */
    post: operations['post_api_workflow'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return a workflow with its latest run, or one of its runs */
    get: operations['get_api_workflow_{id}'];
    /** Replace what a workflow says. Runs of it keep what it said when they began */
    put: operations['put_api_workflow_{id}'];
    post?: never;
    /** Remove a workflow with its runs */
    delete: operations['delete_api_workflow_{id}'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End a run where it stands; what it is doing is stopped */
    post: operations['post_api_workflow_{id}_cancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Follow a run from its beginning, or from `Last-Event-ID` on, which also says which run of a workflow that was */
    get: operations['get_api_workflow_{id}_events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return a workflow as YAML */
    get: operations['get_api_workflow_{id}_export'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Begin no more steps of a run, nor of the runs that are steps of it. What is being done goes on */
    post: operations['post_api_workflow_{id}_pause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let a run that was paused go on */
    post: operations['post_api_workflow_{id}_resume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the newest fifty runs of a workflow, or with `before` those that began before that run */
    get: operations['get_api_workflow_{id}_runs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/{id}/talk/{step_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return what was said and done in a step of a run, and what it prints while it is at work */
    get: operations['get_api_workflow_{id}_talk_{step_id}'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/approve/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Decide about a step that waits */
    post: operations['post_api_workflow_approve_{id}'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say everything that is wrong with a workflow, without keeping it */
    post: operations['post_api_workflow_check'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/execute/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Run a workflow; with `stream`, as server-sent events. With `Last-Event-ID`, none begins: it is followed on */
    post: operations['post_api_workflow_execute_{id}'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/import': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Keep a workflow that is written in YAML; with `replace`, in the place of the one that has its name */
    post: operations['post_api_workflow_import'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/import/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say everything that is wrong with a workflow that is written in YAML, without keeping it */
    post: operations['post_api_workflow_import_check'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/list': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List workflows, the most recently changed first, with how their latest runs stand */
    get: operations['get_api_workflow_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let the active provider plan for a goal; without one, the template that fits best is taken, and it says so */
    post: operations['post_api_workflow_plan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/signal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tell the steps that wait for it that something happened */
    post: operations['post_api_workflow_signal'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/workflow/templates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the workflows that come with Studio, in the words of a language */
    get: operations['get_api_workflow_templates'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/docs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Show the API in a page to try it */
    get: operations['get_docs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return how the server is; with checks and metrics for those who are signed in */
    get: operations['get_health'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return whether the process answers */
    get: operations['get_healthz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/mcp': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Speak MCP: streamable HTTP, every revision */
    get: operations['get_mcp'];
    put?: never;
    /** Speak MCP: streamable HTTP, every revision */
    post: operations['post_mcp'];
    /** Speak MCP: streamable HTTP, every revision */
    delete: operations['delete_mcp'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return the OpenAPI 3.1 document of everything that is mounted */
    get: operations['get_openapi.json'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return whether the server can do its work; 503 where it cannot */
    get: operations['get_ready'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/startup': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Return whether the server can do its work; 503 where it cannot */
    get: operations['get_startup'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
};
export type webhooks = Record<string, never>;
export type components = {
  schemas: {
    /** @description A server that was added. */
    AddedServer: {
      /** Format: date-time */
      added_at: string;
      args?: string[];
      /** @default  */
      command?: string;
      /** @default  */
      cwd?: string;
      enabled: boolean;
      env?: {
        [key: string]: components['schemas']['Setting'];
      };
      headers?: {
        [key: string]: components['schemas']['Setting'];
      };
      name: string;
      quarantined: boolean;
      /**
       * @default when_needed
       * @enum {string}
       */
      start?: 'when_needed' | 'at_start';
      /** @default  */
      title?: string;
      /**
       * @default stdio
       * @enum {string}
       */
      transport?: 'stdio' | 'http';
      /** @default  */
      url?: string;
    };
    /** @description Every server that was added. */
    AddedServers: {
      servers: components['schemas']['AddedServer'][];
    };
    /** @description What comes next of all schedules, and what was missed or failed in a month, the newest first. */
    Agenda: {
      coming: components['schemas']['Coming'][];
      failed: components['schemas']['Begun'][];
      missed: components['schemas']['NotDone'][];
    };
    /** @description A task for a coding program. Its output is its report. */
    AgentStep: {
      /** @enum {string} */
      agent: 'claude' | 'crush' | 'codex' | 'opencode';
      /** @default false */
      approval?: boolean;
      /** @default false */
      continue_on_error?: boolean;
      /** @default  */
      cwd?: string;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'agent';
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      task: string;
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      when?: {
        [key: string]: boolean;
      };
    };
    /**
     * @description A person's decision on one question. `always` also writes a rule.
     *
     *     `content` is what they entered, where the question asks for something; it is not kept. `input` is what they changed
     *     or answered where a workflow asks, and `choice` how it is to go on; both are kept.
     */
    Answer: {
      /** @default null */
      choice?: ('edit' | 'rerun' | 'done') | null;
      /** @default null */
      content?: {
        [key: string]: unknown;
      } | null;
      /** @enum {string} */
      decision: 'allow' | 'deny' | 'always';
      /** @default null */
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      } | null;
      /** @default  */
      note?: string;
    };
    /** @description One decision on several questions of the inbox. */
    Answers: {
      approval_ids: string[];
      /** @default null */
      choice?: ('edit' | 'rerun' | 'done') | null;
      /** @default null */
      content?: {
        [key: string]: unknown;
      } | null;
      /** @enum {string} */
      decision: 'allow' | 'deny' | 'always';
      /** @default null */
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      } | null;
      /** @default  */
      note?: string;
    };
    /** @description The themes there are, and the settings. */
    Appearance: {
      settings: components['schemas']['TerminalSettings'];
      themes: components['schemas']['Theme'][];
    };
    /**
     * @description A question to the person, and its answer.
     *
     *     `choice` is how they want it to go on, or that a rule was written; `input` is what they changed or answered, and
     *     `via` how the answer came: all are kept. `content` is what they entered, where something was asked for: whoever
     *     waits has it, and it is never kept or told. `likeness` is the same for questions that may be answered together; one
     *     that waits and has none is asked by itself.
     */
    Approval: {
      approval_id: string;
      /** @default null */
      choice?: ('edit' | 'rerun' | 'done') | 'always' | null;
      /** Format: date-time */
      created_at: string;
      /** @default null */
      decided_at?: string | null;
      detail: {
        [key: string]: unknown;
      };
      digest: string;
      expires_at: string | null;
      /** @default null */
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      } | null;
      /** @enum {string} */
      kind: 'chat' | 'tool' | 'elicitation' | 'workflow';
      /** @default null */
      likeness?: string | null;
      /** @default  */
      note?: string;
      reason: string;
      rule: string | null;
      /** @enum {string} */
      state: 'pending' | 'allowed' | 'denied' | 'expired' | 'withdrawn' | 'used';
      subject: string | null;
      title: string;
      /** @default null */
      via?: ('page' | 'token') | null;
    };
    /** @description Which tools are approved as they are now: their digests by their own names. */
    Approved: {
      tools: {
        [key: string]: string;
      };
    };
    /** @description A question to the person. Its output is the answer. */
    AskStep: {
      /** @default false */
      approval?: boolean;
      choices?: string[];
      /** @default false */
      continue_on_error?: boolean;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'ask';
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      question: string;
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      when?: {
        [key: string]: boolean;
      };
    };
    /** @description The languages of a project, what would be run for those that lack a server, and what was begun. */
    AutoInstall: {
      installations: components['schemas']['Installation'][];
      languages: components['schemas']['LanguageFound'][];
      planned: components['schemas']['Planned'][];
      project_dir: string;
    };
    /**
     * @description Install a language server for each language of a project, whose folder lies in the home folder.
     *
     *     `commands` are those that were shown, in their order: nothing is done where others would be run by now.
     */
    AutoInstallRequest: {
      /** @default null */
      commands?: string[] | null;
      /** @default false */
      confirm?: boolean;
      project_dir: string;
    };
    /** @description A file that one can go back to. `name` is within the folder of backups. */
    Backup: {
      bytes: number;
      /** Format: date-time */
      created_at: string;
      name: string;
      /** @enum {string} */
      origin: 'person' | 'automatic' | 'migration' | 'restore';
    };
    /** @description Every backup in the data folder, newest first. `folder` is where they lie. */
    BackupList: {
      backups: components['schemas']['Backup'][];
      folder: string;
      restored: components['schemas']['RestoreOutcome'] | null;
    };
    /**
     * @description What is in a backup that was read from its beginning to its end, and is whole.
     *
     *     `missing_images` were gone when it was made. Secrets in a keyring are not in it, and those that are sealed can only
     *     be read with the `master.key` of the data folder that it was made of. Workflows and runs that are in a database of
     *     several Studios are not in it either.
     */
    BackupReport: {
      bytes: number;
      conversations: number;
      /** Format: date-time */
      created_at: string;
      images: number;
      messages: number;
      migration: number;
      missing_images: number;
      name: string;
      runs: number;
      schedules: number;
      secrets_in_keyring: number;
      secrets_sealed: number;
      version: string;
      workflows: number;
    };
    /** @description A moment that something was begun at. `error` says why it failed. */
    Begun: {
      /** Format: date-time */
      due_at: string;
      /** @default null */
      error?: string | null;
      name: string;
      run_id: string;
      schedule_id: string;
      subject: string;
      target: string;
    };
    /** @description The last lines that were printed. */
    Buffer: {
      lines: string[];
      sessionId: string;
      totalLines: number;
      truncated: boolean;
    };
    /** @description What a call gave. `sudo_blocked` is only there when it is true. */
    CallAnswer: {
      content: string;
      is_error: boolean;
      /** @default null */
      meta?: {
        [key: string]: unknown;
      } | null;
      /** @default null */
      sudo_blocked?: boolean | null;
    };
    /** @description A call made by a program. `confirm`: its owner agrees; `approval_id`: they agreed in the inbox. */
    CallRequest: {
      /** @default null */
      approval_id?: string | null;
      args?: {
        [key: string]: unknown;
      };
      /** @default false */
      confirm?: boolean;
      /** @default null */
      cwd?: string | null;
      name: string;
    };
    /** @description A whole answer. */
    ChatAnswer: {
      content: string;
      conversation_id: string;
      message_id: string;
      model: string | null;
      provider: string | null;
      /** @default null */
      thinking?: string | null;
      tool_calls: components['schemas']['ToolCallRecord'][];
      usage: components['schemas']['Usage'];
    };
    /**
     * @description One message to the active provider. Without `conversation_id` a new conversation begins.
     *
     *     `replaces` is a message of a person in the conversation: this becomes another version of it. Without `images` it
     *     takes over those of that message. `after` is the last message that the sender sees: where another one is shown last,
     *     nothing is kept (409).
     */
    ChatRequest: {
      /** @default false */
      advanced_reflection?: boolean;
      /** @default null */
      after?: string | null;
      /** @default null */
      conversation_id?: string | null;
      /** @default null */
      cwd?: string | null;
      /** @default null */
      images?: components['schemas']['ImageUpload'][] | null;
      message: string;
      /** @default null */
      model?: string | null;
      /** @default null */
      provider?: string | null;
      /** @default null */
      replaces?: string | null;
      /** @default false */
      stream?: boolean;
    };
    /** @description A model works on a prompt, with the tools it is allowed. Its output is what it says in the end. */
    ChatStep: {
      /** @default false */
      approval?: boolean;
      /** @default false */
      continue_on_error?: boolean;
      /** @default  */
      cwd?: string;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'chat';
      /** @default null */
      model?: string | null;
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      prompt: string;
      /** @default null */
      provider?: string | null;
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /** @default 15 */
      rounds?: number;
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      tools?: string[];
      when?: {
        [key: string]: boolean;
      };
    };
    /** @description Whether one thing that Studio stands on works. */
    Check: {
      /** @default null */
      latencyMs?: number | null;
      /** @enum {string} */
      status: 'up' | 'down';
    };
    /** @description Whether a workflow could run: each problem names its step, where it belongs to one. */
    Checked: {
      problems: components['schemas']['StepProblem'][];
    };
    /** @description What was cleared. */
    Cleared: {
      conversation_id: string | null;
      deleted: boolean;
    };
    /** @description A program's file that was changed, or would be. `notes` are sentences on what the difference does not show. */
    ClientChange: {
      applied: boolean;
      backup: string;
      diff: string;
      notes: string[];
      path: string;
    };
    /** @description Every program whose skills Studio knows to find. A skill can be deployed to each of `targets`. */
    ClientList: {
      clients: components['schemas']['SkillClient'][];
      targets: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
    };
    /** @description A moment that comes. */
    Coming: {
      /** Format: date-time */
      due_at: string;
      name: string;
      schedule_id: string;
      subject: string;
      target: string;
    };
    /** @description A program to run: `command` alone is a line for a shell, with `args` it is the program's name. */
    CommandDraft: {
      /** @default null */
      args?: string[] | null;
      command: string;
      /** @default  */
      cwd?: string;
      env?: {
        [key: string]: string;
      };
    };
    /** @description A command line. Its output is what it printed. */
    CommandStep: {
      /** @default false */
      approval?: boolean;
      command: string;
      /** @default false */
      continue_on_error?: boolean;
      /** @default  */
      cwd?: string;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'command';
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      when?: {
        [key: string]: boolean;
      };
    };
    /**
     * @description A summary that a model is told in place of every message up to `upto`. The messages themselves stay.
     *
     *     `messages` is how many it stands for; tokens are estimates of what a model was told before, and is told now.
     */
    Compaction: {
      conversation_id: string;
      /** Format: date-time */
      created_at: string;
      edited_at: string | null;
      id: string;
      messages: number;
      /** @enum {string} */
      origin: 'person' | 'automatic';
      summary: string;
      tokens_after: number;
      tokens_before: number;
      upto: string;
    };
    /** @description Better words for a summary. */
    CompactionEdit: {
      summary: string;
    };
    /** @description Whose compactions are wanted. */
    CompactionFilter: {
      conversation_id: string;
    };
    /** @description The compactions of one conversation as it is shown. Only the last one counts, which stands for most messages. */
    CompactionList: {
      compactions: components['schemas']['Compaction'][];
    };
    /** @description A comparison. Its output is `true` or `false`; numbers are compared as numbers. */
    ConditionStep: {
      /** @default false */
      approval?: boolean;
      /** @default false */
      continue_on_error?: boolean;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'condition';
      left: components['schemas']['JsonValue'];
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      /** @enum {string} */
      operator:
        'equals' | 'not_equals' | 'contains' | 'not_contains' | 'less' | 'greater' | 'empty' | 'not_empty';
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /** @default null */
      right?: components['schemas']['JsonValue'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      when?: {
        [key: string]: boolean;
      };
    };
    /** @description Everything a person configured, but for providers and rules. */
    Config: {
      bmad: components['schemas']['Personas'];
      profile: components['schemas']['Profile'];
      terminal: {
        [key: string]: unknown;
      };
    };
    /**
     * @description A file that was changed, or would be.
     *
     *     `diff` is empty where it says so already. `backup` is the copy of what was there; empty where nothing was, or where
     *     nothing was changed.
     */
    ConfigChange: {
      applied: boolean;
      backup: string;
      diff: string;
      path: string;
    };
    /**
     * @description Tell a program about servers, by their names; Studio itself is `studio`, and by its address `studio-http`.
     *
     *     With `project_dir`, which lies in the home folder, for that project; without `apply` only the difference is told.
     */
    ConfigureRequest: {
      /** @default false */
      apply?: boolean;
      /** @enum {string} */
      editor:
        | 'claude-code'
        | 'claude-desktop'
        | 'cursor'
        | 'vscode'
        | 'zed'
        | 'windsurf'
        | 'crush'
        | 'codex'
        | 'opencode'
        | 'gemini';
      /** @default null */
      project_dir?: string | null;
      servers?: string[];
    };
    /** @description A saved connection as it is shown: secrets are `***` where there are some. */
    Connection: {
      agent: boolean;
      host: string;
      jump: string;
      key_path: string;
      name: string;
      passphrase: string;
      password: string;
      port: number;
      user: string;
    };
    /**
     * @description A connection to save, or changes to one: what is not given stays.
     *
     *     `jump` is the name of another saved connection through which this one goes. An empty secret is forgotten.
     */
    ConnectionDraft: {
      /** @default null */
      agent?: boolean | null;
      /** @default null */
      host?: string | null;
      /** @default null */
      jump?: string | null;
      /** @default null */
      key_path?: string | null;
      name: string;
      /** @default null */
      passphrase?: string | null;
      /** @default null */
      password?: string | null;
      /** @default null */
      port?: number | null;
      /** @default null */
      user?: string | null;
    };
    /**
     * @description Tokens and money.
     *
     *     `cost` is in US dollars: that of the rounds whose price is known, null if that is none. `unpriced_rounds` is how
     *     many it leaves out, `estimated_rounds` how many were guessed because the provider did not count.
     */
    Consumed: {
      cache_read_tokens: number;
      cache_write_tokens: number;
      cost: number | null;
      estimated_rounds: number;
      input_tokens: number;
      output_tokens: number;
      rounds: number;
      total_tokens: number;
      unpriced_rounds: number;
    };
    /** @description What one provider took. */
    ConsumedByProvider: {
      cache_read_tokens: number;
      cache_write_tokens: number;
      cost: number | null;
      estimated_rounds: number;
      input_tokens: number;
      output_tokens: number;
      provider: string;
      rounds: number;
      total_tokens: number;
      unpriced_rounds: number;
    };
    /** @description What one provider took on one day. */
    ConsumedOnDay: {
      cost: number | null;
      /** Format: date */
      date: string;
      input_tokens: number;
      output_tokens: number;
      provider: string;
      total_tokens: number;
    };
    /** @description What was taken in some days: in all, by provider (most tokens first), by day (oldest first). */
    Consumption: {
      by_day: components['schemas']['ConsumedOnDay'][];
      by_provider: components['schemas']['ConsumedByProvider'][];
      total: components['schemas']['Consumed'];
    };
    /** @description How many days are wanted: today and those before it. */
    ConsumptionFilter: {
      /** @default 30 */
      days?: number;
    };
    /** @description One package. `licence` is an SPDX expression where its authors wrote one, else their own words, or empty. */
    ContainedPackage: {
      /** @enum {string} */
      ecosystem: 'deb' | 'npm' | 'pypi';
      licence: string;
      name: string;
      version: string;
    };
    /** @description All of them, by name. Those of the page are missing where the page is not built. */
    ContainedPackages: {
      packages: components['schemas']['ContainedPackage'][];
    };
    /** @description A conversation as it is shown. `running` is the id of the answer that is being written now. */
    Conversation: {
      conversation: components['schemas']['ConversationSummary'];
      messages: components['schemas']['MessageInParts'][];
      running: string | null;
    };
    /** @description Which part of the list is wanted. */
    ConversationFilter: {
      /** @default 50 */
      limit?: number;
      /** @default 0 */
      offset?: number;
    };
    /**
     * @description A conversation, and the newest of its messages that matches.
     *
     *     `snippet` is HTML: `<mark>` around what was found, all else escaped. `rank` says how well the message matches, as
     *     bm25 does: the lower, the better.
     */
    ConversationFound: {
      /** Format: date-time */
      created_at: string;
      cwd: string;
      id: string;
      message_count: number;
      message_id: string;
      pinned: boolean;
      rank: number;
      snippet: string;
      title: string;
      total_tokens: number;
      /** Format: date-time */
      updated_at: string;
    };
    /** @description Part of the list of conversations, pinned ones first, then most recently used first. */
    ConversationList: {
      conversations: components['schemas']['ConversationSummary'][];
      total: number;
    };
    /** @description What is to change of a conversation; what is left out stays. */
    ConversationPatch: {
      /** @default null */
      pinned?: boolean | null;
      /** @default null */
      title?: string | null;
    };
    /**
     * @description What to search for, and which part of the result is wanted.
     *
     *     Every word of `q`, and every phrase in double quotes, must be in the message; the last may be the beginning of one.
     */
    ConversationSearch: {
      /** @default 20 */
      limit?: number;
      /** @default 0 */
      offset?: number;
      q: string;
    };
    /** @description Part of the conversations that were found, each once, the one with the newest matching message first. */
    ConversationsFound: {
      conversations: components['schemas']['ConversationFound'][];
      total: number;
    };
    /** @description A conversation as it is listed. */
    ConversationSummary: {
      /** Format: date-time */
      created_at: string;
      cwd: string;
      id: string;
      message_count: number;
      pinned: boolean;
      title: string;
      total_tokens: number;
      /** Format: date-time */
      updated_at: string;
    };
    /** @description Of all cores together and of each, in percent. `load` is how many wanted to run: 1, 5 and 15 minutes. */
    CpuUse: {
      load: number[];
      per_core: number[];
      percent: number;
    };
    /**
     * @description Moments of the clock on the wall in a time zone, as five fields of cron or a word such as `@daily`.
     *
     *     Where the clock is put forward or back, it does what Debian's cron does: what falls into an hour that is left out
     *     comes right after it, and what falls into one that comes twice comes once, unless it comes at any hour or minute.
     */
    CronTrigger: {
      expression: string;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'cron';
      /** @default UTC */
      time_zone?: string;
    };
    /**
     * @description How much of one kind is kept, on the disk and by count.
     *
     *     Images, backups and logs lie beside the database, all else inside it.
     */
    DataCategory: {
      bytes: number;
      /** @enum {string} */
      name:
        | 'conversations'
        | 'images'
        | 'search'
        | 'usage'
        | 'approvals'
        | 'workflows'
        | 'settings'
        | 'backups'
        | 'logs';
      rows: number;
    };
    /** @description What Studio keeps on this machine. `database_bytes` also has what is free in the file, and its journal. */
    DataUse: {
      categories: components['schemas']['DataCategory'][];
      database_bytes: number;
    };
    /** @description What came of deciding several questions together: each by itself, in the order in which they were asked. */
    Decided: {
      approvals: components['schemas']['Approval'][];
      left: components['schemas']['Undecided'][];
    };
    /**
     * @description Some of what a person decided, the newest first. `has_more` says whether there is older.
     *
     *     Of long texts in what was asked, both ends are told.
     */
    DecidedApprovals: {
      approvals: components['schemas']['Approval'][];
      has_more: boolean;
    };
    /** @description Which of what was decided: the newest, or with `before` what was decided before that question; of one kind. */
    DecidedWanted: {
      /** @default null */
      before?: string | null;
      /** @default null */
      kind?: ('chat' | 'tool' | 'elicitation' | 'workflow') | null;
      /** @default 50 */
      limit?: number;
    };
    /** @description What holds for every step that says nothing else: the folder it works in. Without one, the home folder. */
    Defaults: {
      /** @default  */
      cwd?: string;
    };
    /** @description The tools of one server, those that wait for approval first. */
    Definitions: {
      tools: components['schemas']['ToolDefinition'][];
    };
    /**
     * @description What is written or removed at `path`, for which programs.
     *
     *     `action`: `link` and `copy` write, `remove` removes, `keep` finds it as it should be, `refuse` leaves what is there
     *     alone, for `reason`. `replaces`: something of Studio's own is there, and is replaced.
     */
    DeployChange: {
      /** @enum {string} */
      action: 'link' | 'copy' | 'remove' | 'keep' | 'refuse';
      files: number;
      path: string;
      reason: string;
      replaces: boolean;
      source: string;
      targets: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
    };
    /** @description A skill that Studio put into a folder of other programs. `intact`: it is still there as it was put. */
    Deployment: {
      clients: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
      /** Format: date-time */
      created_at: string;
      intact: boolean;
      /** @enum {string} */
      mode: 'link' | 'copy';
      path: string;
      source: string;
    };
    /** @description What was done, or without `apply` would be. `notes` are sentences on what a person should know before. */
    DeployPlan: {
      applied: boolean;
      changes: components['schemas']['DeployChange'][];
      name: string;
      notes: string[];
    };
    /**
     * @description Put a skill where programs look for it. Without `apply` it is only told what would be written.
     *
     *     With `project_dir`, which lies in the home folder, for that project. `path` chooses among skills of one name.
     */
    DeployRequest: {
      /** @default true */
      apply?: boolean;
      /**
       * @default link
       * @enum {string}
       */
      mode?: 'link' | 'copy';
      name: string;
      /** @default  */
      path?: string;
      /** @default null */
      project_dir?: string | null;
      targets: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
    };
    /**
     * @description What would happen if an agent used a skill: nothing of it is run.
     *
     *     `listing` is what a model is always told, `body` what it is told once it loads the skill. Tokens are estimates.
     *     `allowed_tools` are those that the skill asks to use unasked: Studio does not heed that. `prompt_words` are the
     *     words of a prompt that the description has, and `rank` is the skill's place among all by that, from 1; 0: none.
     */
    DryRun: {
      allowed_tools: string[];
      body: string;
      body_tokens: number;
      file_tokens: number;
      files: components['schemas']['SkillFile'][];
      findings: components['schemas']['Finding'][];
      listing: string;
      listing_tokens: number;
      name: string;
      named: components['schemas']['NamedFile'][];
      problems: components['schemas']['Problem'][];
      prompt_words: string[];
      rank: number;
      scripts: string[];
      valid: boolean;
    };
    /** @description A dry run of a skill, or of the text of one; with `prompt`, whether its words lead to it. */
    DryRunRequest: {
      /** @default null */
      content?: string | null;
      /** @default  */
      folder?: string;
      /** @default  */
      name?: string;
      /** @default  */
      path?: string;
      /** @default  */
      prompt?: string;
    };
    /**
     * @description Tell an editor about language servers: those of `servers`, all that are installed where it is null.
     *
     *     With `project_dir`, which lies in the home folder, for that project; without `apply` only the difference is told.
     */
    EditorConfigRequest: {
      /** @default false */
      apply?: boolean;
      /** @enum {string} */
      editor:
        'vscode' | 'zed' | 'neovim' | 'helix' | 'emacs' | 'sublime' | 'crush' | 'opencode' | 'claude-code';
      /** @default null */
      project_dir?: string | null;
      /** @default null */
      servers?: string[] | null;
    };
    /** @description What nobody answered in time within the last day, the newest first, fifty at most. */
    ExpiredApprovals: {
      approvals: components['schemas']['Approval'][];
    };
    /**
     * @description What the rules say of a call: of the whole, and of each thing it touches. The strictest counts.
     *
     *     `rules` are those that would allow exactly this call from now on.
     */
    Explanation: {
      /** @enum {string} */
      effect: 'allow' | 'ask' | 'deny';
      parts: components['schemas']['JudgedPart'][];
      reason: string;
      resource: string;
      rule: string | null;
      rules: components['schemas']['RuleDraft'][];
    };
    /** @description Skills to be packed into one archive. */
    ExportRequest: {
      names: string[];
    };
    /** @description Which conversation, without `id` the most recently used one, and as what. */
    ExportWanted: {
      /**
       * @default json
       * @enum {string}
       */
      format?: 'json' | 'markdown';
      /** @default null */
      id?: string | null;
    };
    /** @description Which files are wanted: those below `folder` that have the letters of `query` in their path, in this order. */
    FileQuery: {
      folder: string;
      /** @default 20 */
      limit?: number;
      /** @default  */
      query?: string;
    };
    /** @description Files by their paths inside the folder, best first. `is_partial`: not every file was looked at. */
    FilesFound: {
      files: string[];
      is_partial: boolean;
    };
    /** @description A text file of a skill. */
    FileText: {
      content: string;
      path: string;
    };
    /** @description Something in a file that a person should look at before they let agents read it. */
    Finding: {
      code: string;
      /** @enum {string} */
      danger: 'high' | 'medium' | 'low';
      excerpt: string;
      file: string;
      line: number;
      message: string;
    };
    /** @description A folder to be trusted, by its full path. */
    FolderDraft: {
      path: string;
    };
    /** @description Whether to be told of what happens to the end of a run, or only of what happened so far. */
    FollowWanted: {
      /** @default true */
      follow?: boolean;
    };
    /**
     * @description The same work for each item of a list. Its output is the list of outputs.
     *
     *     `keep_going`: an item that fails is no reason for the step to fail; its output is null.
     */
    ForeachStep: {
      /** @default false */
      approval?: boolean;
      /** @default false */
      continue_on_error?: boolean;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      items: components['schemas']['JsonValue'][] | string;
      /** @default false */
      keep_going?: boolean;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'foreach';
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      step:
        | components['schemas']['ChatStep']
        | components['schemas']['ToolStep']
        | components['schemas']['CommandStep']
        | components['schemas']['AgentStep'];
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      when?: {
        [key: string]: boolean;
      };
    };
    /** @description A port that is open. */
    Forward: {
      connection: string;
      /** @default 127.0.0.1 */
      host?: string;
      id: string;
      /** @default 0 */
      listen_port?: number;
      port: number;
    };
    /**
     * @description A port of this machine that leads to `host` and `port` as the other end of a connection sees them.
     *
     *     Port 0 is any that is free. It is open on loopback only.
     */
    ForwardDraft: {
      connection: string;
      /** @default 127.0.0.1 */
      host?: string;
      /** @default 0 */
      listen_port?: number;
      port: number;
    };
    /** @description The ports that are open. */
    Forwards: {
      forwards: components['schemas']['Forward'][];
    };
    /** @description A program of this machine and the version that it says it has, null where it says none. */
    Found: {
      path: string;
      version: string | null;
    };
    /** @description It was removed. */
    Gone: {
      /** @default true */
      ok?: boolean;
    };
    /** @description What came of starting each that is installed. Those that are not are listed as such. */
    HealthList: {
      servers: components['schemas']['studio__features__lsp__models__Health'][];
    };
    /** @description Which servers to start; all that are installed where it names none. */
    HealthQuery: {
      /** @default null */
      name?: string | null;
    };
    /** @description The messages of a conversation, oldest first. */
    History: {
      conversation_id: string | null;
      messages: components['schemas']['Message'][];
      tokens: components['schemas']['TokenCount'];
    };
    /** @description Which messages are wanted: the last `limit` before the message `before`, of one conversation or the latest. */
    HistoryFilter: {
      /** @default null */
      before?: string | null;
      /** @default null */
      conversation_id?: string | null;
      /** @default 100 */
      limit?: number;
    };
    /** @description The key that a host may show. */
    HostKey: {
      fingerprint: string;
      host: string;
      /** @default  */
      key_type?: string;
      /** @default 22 */
      port?: number;
      /** Format: date-time */
      trusted_at: string;
    };
    /** @description A key that a host may show from now on, by the fingerprint that a person saw. */
    HostKeyDraft: {
      fingerprint: string;
      host: string;
      /** @default  */
      key_type?: string;
      /** @default 22 */
      port?: number;
    };
    /** @description The keys that hosts may show. */
    Hosts: {
      hosts: components['schemas']['HostKey'][];
    };
    /** @description An image attached to a message, and where it is served. */
    ImageRecord: {
      filename: string;
      id: string;
      mime_type: string;
      url: string;
    };
    /** @description An image that comes with a message, as base64 or a data URL. */
    ImageUpload: {
      data: string;
      /** @default  */
      filename?: string;
      /** @default  */
      mime_type?: string;
    };
    /** @description What came of an import: the names of what was taken, and all that the archive has, taken or not. */
    Imported: {
      applied: boolean;
      imported: string[];
      refused: components['schemas']['Refusal'][];
      skills: components['schemas']['ImportedSkill'][];
    };
    /**
     * @description A skill in an archive: what it has, and what becomes of it.
     *
     *     `action`: `create`, `replace` one that is there, or `keep` one that is the same. `diff` is what would change of its
     *     text files, as a unified diff.
     */
    ImportedSkill: {
      /** @enum {string} */
      action: 'create' | 'replace' | 'keep';
      description: string;
      diff: string;
      files: components['schemas']['SkillFile'][];
      findings: components['schemas']['Finding'][];
      name: string;
      problems: components['schemas']['Problem'][];
      tree_hash: string;
    };
    /** @description What waits now, oldest first. */
    Inbox: {
      approvals: components['schemas']['WaitingApproval'][];
      total: number;
    };
    /** @description What this program is. `sudo_bypass`: it runs as root, so nothing asks for a password. */
    Info: {
      author: string;
      name: string;
      sudo_bypass: boolean;
      version: string;
    };
    /**
     * @description Commands that install something, run in their order until one fails.
     *
     *     `command` is what `argv` looks like in a shell. `waiting`: the package manager is busy with another. `exit_code` is
     *     that of the last command that ran, null where it was killed. `error` says in a sentence why it failed; `note` what
     *     is worth to know although it went well. `percent` is what the output says of how far it is, null where it says
     *     nothing.
     */
    Installation: {
      argv: string[][];
      command: string;
      /** Format: date-time */
      created_at: string;
      ended_at: string | null;
      error: string;
      exit_code: number | null;
      id: string;
      manager: string;
      name: string;
      note: string;
      percent: number | null;
      started_at: string | null;
      /** @enum {string} */
      state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
    };
    /** @description Installations, the newest first: all that are under way, and the last that ended. */
    InstallationList: {
      installations: components['schemas']['Installation'][];
    };
    /** @description An installation with what it printed: the first and the last 128 KiB. */
    InstallationLog: {
      argv: string[][];
      command: string;
      /** Format: date-time */
      created_at: string;
      ended_at: string | null;
      error: string;
      exit_code: number | null;
      id: string;
      manager: string;
      name: string;
      note: string;
      output: string;
      percent: number | null;
      started_at: string | null;
      /** @enum {string} */
      state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
    };
    /**
     * @description Which program to install, or with `update` to bring up to date. Without `confirm` nothing is done.
     *
     *     `command` is the command that was shown: nothing is done where another would be run by now.
     */
    InstallDraft: {
      /** @default null */
      command?: string | null;
      /** @default false */
      confirm?: boolean;
      name: string;
      /** @default false */
      update?: boolean;
    };
    /** @description What would be run to install a program, or to bring it up to date: `command` is what `argv` looks like. */
    InstallPlan: {
      argv: string[];
      command: string;
      manager: string;
      name: string;
      title: string;
    };
    /**
     * @description Install one language server. Without `confirm` the exact command is told and nothing is done.
     *
     *     `command` is the command that was shown: nothing is done where another would be run by now.
     */
    InstallRequest: {
      /** @default null */
      command?: string | null;
      /** @default false */
      confirm?: boolean;
      name: string;
    };
    /** @description A moment every so many seconds, counted from `start_at`; where that is not given, from when it was written. */
    IntervalTrigger: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'interval';
      seconds: number;
      /** @default null */
      start_at?: string | null;
    };
    JsonValue: unknown;
    /** @description What the rules say of one thing that a call touches. */
    JudgedPart: {
      /** @enum {string} */
      effect: 'allow' | 'ask' | 'deny';
      reason: string;
      resource: string;
      rule: string | null;
    };
    /** @description Which signal to send to what runs. */
    Killed: {
      /** @default SIGTERM */
      signal?: string;
    };
    /**
     * @description A server that Studio knows of. `reaches` says in a few words what it gets at.
     *
     *     `installed`: one of this name was added here. `needs` is the program that is missing to start it. `source` is where
     *     it is known from: `studio`, or the path of a file.
     */
    Known: {
      args?: string[];
      /** @default  */
      command?: string;
      description: string;
      env?: components['schemas']['Variable'][];
      headers?: components['schemas']['Variable'][];
      /** @default  */
      home?: string;
      /** @default false */
      installed?: boolean;
      name: string;
      /** @default  */
      needs?: string;
      /** @default  */
      reaches?: string;
      /** @default studio */
      source?: string;
      title: string;
      /** @enum {string} */
      transport: 'stdio' | 'http';
      /** @default  */
      url?: string;
      /** @default  */
      version?: string;
    };
    /** @description A language of a project: how many of its files were seen, and the server for it; null where there is none. */
    LanguageFound: {
      files: number;
      installed: boolean;
      language: string;
      server: string | null;
    };
    /** @description Which package is meant. */
    LicenceChoice: {
      /** @enum {string} */
      ecosystem: 'deb' | 'npm' | 'pypi';
      name: string;
      version: string;
    };
    /** @description One with the texts that its authors ship: the licence, notices, and who they are. Empty where they ship none. */
    LicensedPackage: {
      /** @enum {string} */
      ecosystem: 'deb' | 'npm' | 'pypi';
      licence: string;
      name: string;
      text: string;
      version: string;
    };
    /** @description Which part of a list. */
    ListWanted: {
      /** @default 50 */
      limit?: number;
      /** @default 0 */
      offset?: number;
    };
    /** @description What this machine is. `python` runs Studio; `node` and `git` are null where they are not here. */
    Machine: {
      arch: string;
      cores: number;
      git: components['schemas']['Found'] | null;
      home: string;
      hostname: string;
      memory_bytes: number;
      node: components['schemas']['Found'] | null;
      /** @enum {string} */
      os: 'linux' | 'darwin' | 'windows';
      os_name: string;
      package_managers: string[];
      python: components['schemas']['Found'];
      release: string;
      root: boolean;
      shell: string;
      user: string;
      wsl: boolean;
      wsl_distro: string;
    };
    /**
     * @description A call that a step made. `result` is null while none came; `diff` is what it changed in files.
     *
     *     `left_out` counts files whose changes are too long to be kept.
     */
    MadeCall: {
      args: components['schemas']['JsonValue'];
      diff: string;
      id: string;
      is_error: boolean;
      /** @default 0 */
      left_out?: number;
      name: string;
      result: string | null;
    };
    /**
     * @description What was decided about a step, when, and how it came: None where nobody decided, as of what expired.
     *
     *     `asked` is why it asked, `input` what was changed or answered.
     */
    MadeDecision: {
      approval_id: string;
      asked: ('approval' | 'policy' | 'ask' | 'interrupted') | null;
      decided_at: string | null;
      /** @enum {string} */
      decision: 'approve' | 'reject' | 'edit' | 'rerun' | 'done' | 'answer' | 'expired' | 'withdrawn';
      /** @default null */
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      } | null;
      /** @default  */
      note?: string;
      /** @default null */
      via?: ('page' | 'token') | null;
    };
    /**
     * @description A program that uses MCP servers.
     *
     *     `path` is the file of the user's own servers and `servers` their names. `error` says why that file cannot be
     *     understood, empty where it can or where there is none.
     */
    McpClient: {
      error: string;
      installed: boolean;
      /** @enum {string} */
      name:
        | 'claude-code'
        | 'claude-desktop'
        | 'cursor'
        | 'vscode'
        | 'zed'
        | 'windsurf'
        | 'crush'
        | 'codex'
        | 'opencode'
        | 'gemini';
      path: string;
      servers: string[];
      title: string;
    };
    /** @description Every program that Studio can tell about MCP servers. */
    McpClientList: {
      clients: components['schemas']['McpClient'][];
    };
    /** @description One message as the workbench document shows it. */
    Message: {
      content: string;
      /** Format: date-time */
      created_at: string;
      error: string | null;
      id: string;
      images: components['schemas']['ImageRecord'][];
      /** @enum {string} */
      role: 'user' | 'assistant';
      /** @enum {string} */
      status: 'running' | 'complete' | 'interrupted' | 'stopped' | 'error';
      thinking: string;
      tool_calls: components['schemas']['ToolCallRecord'][];
      usage: components['schemas']['Usage'];
    };
    /**
     * @description One message as the page shows it: its pieces in order.
     *
     *     `versions` are the ids of all versions of it, oldest first, itself among them; none where there is only one.
     */
    MessageInParts: {
      /** Format: date-time */
      created_at: string;
      error: string | null;
      id: string;
      images: components['schemas']['ImageRecord'][];
      model: string | null;
      parts: components['schemas']['Part'][];
      provider: string | null;
      /** @enum {string} */
      role: 'user' | 'assistant';
      /** @enum {string} */
      status: 'running' | 'complete' | 'interrupted' | 'stopped' | 'error';
      usage: components['schemas']['Usage'];
      versions: string[];
    };
    /** @description How busy this machine is. The disk is the one with the data folder. */
    Metrics: {
      cpu: components['schemas']['CpuUse'];
      disk: components['schemas']['SpaceUse'];
      memory: components['schemas']['SpaceUse'];
      network: components['schemas']['NetworkUse'];
      swap: components['schemas']['SpaceUse'];
      /** Format: date-time */
      timestamp: string;
    };
    /** @description Every model that can be chosen, those of one provider together. */
    ModelList: {
      models: components['schemas']['OfferedModel'][];
    };
    /** @description The next moments of a trigger; none where it cannot be read or never comes, and why. */
    Moments: {
      moments: string[];
      /** @default null */
      problem?: string | null;
    };
    /** @description A file that a skill's words name, on which line, and whether it is there. */
    NamedFile: {
      exists: boolean;
      line: number;
      path: string;
    };
    /** @description Bytes in a second, over every interface that leads out of the machine, since somebody asked last. */
    NetworkUse: {
      received_per_second: number;
      sent_per_second: number;
    };
    /** @description A moment that nothing was done at, and why. */
    NotDone: {
      /** Format: date-time */
      due_at: string;
      name: string;
      note: string | null;
      schedule_id: string;
      /** @enum {string} */
      state: 'waiting' | 'begun' | 'missed' | 'overlapped' | 'failed';
      subject: string;
      target: string;
    };
    /**
     * @description One moment of a schedule, or one at which a person had it begun, and what came of it.
     *
     *     `waiting`: it is about to be begun, or what was begun before is not over. `overlapped`: it was left out for that.
     */
    Occasion: {
      /** @enum {string} */
      cause: 'schedule' | 'person';
      /** Format: date-time */
      due_at: string;
      /** @default null */
      note?: string | null;
      /** @default null */
      over_at?: string | null;
      /** @default null */
      run_id?: string | null;
      schedule_id: string;
      /** @enum {string} */
      state: 'waiting' | 'begun' | 'missed' | 'overlapped' | 'failed';
    };
    /** @description What came of a schedule, the newest first. */
    OccasionList: {
      occasions: components['schemas']['OccasionView'][];
    };
    /** @description An occasion with how that stands which was begun; with no `outcome` where it is gone, or nobody can say now. */
    OccasionView: {
      /** @enum {string} */
      cause: 'schedule' | 'person';
      /** Format: date-time */
      due_at: string;
      /** @default null */
      note?: string | null;
      /** @default null */
      outcome?: components['schemas']['Outcome'] | null;
      /** @default null */
      over_at?: string | null;
      /** @default null */
      run_id?: string | null;
      schedule_id: string;
      /** @enum {string} */
      state: 'waiting' | 'begun' | 'missed' | 'overlapped' | 'failed';
    };
    /**
     * @description A model of a configured provider: how many tokens it can hold, and what they cost; null where it is not known.
     *
     *     A round that is told more than `above` tokens costs `prices_above`.
     */
    OfferedModel: {
      above: number | null;
      context_window: number | null;
      name: string;
      prices: components['schemas']['Prices'] | null;
      prices_above: components['schemas']['Prices'] | null;
      provider: string;
    };
    /** @description One of several skills of a name: the one at `path`. Else the one that Studio's own chat would take. */
    OneSkill: {
      /** @default  */
      folder?: string;
      /** @default  */
      path?: string;
    };
    /** @description An address that signs one browser in, once. Its secret stands after the `#`, which browsers never send. */
    OneTimeLink: {
      /** Format: date-time */
      expires_at: string;
      url: string;
    };
    /** @description A terminal and where to watch it: with a bearer, or with the ticket as `?token=`, once within a minute. */
    Opened: {
      session: components['schemas']['SessionView'];
      ticket: string;
      websocketUrl: string;
    };
    /** @description A terminal that is open. It is active while something runs in it. */
    OpenTerminal: {
      /** Format: date-time */
      created_at: string;
      cwd: string;
      id: string;
      kind: string;
      name: string;
      /** @enum {string} */
      status: 'active' | 'idle';
    };
    /** @description Where a skill of the library was imported from, and the hash of its files as they were then. */
    Origin: {
      /** Format: date-time */
      imported_at: string;
      source: string;
      tree_hash: string;
    };
    /** @description How that stands which was begun. `error` says why it failed. */
    Outcome: {
      /** @default null */
      error?: string | null;
      /** @default null */
      finished_at?: string | null;
      /** @enum {string} */
      state: 'running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled';
    };
    /** @description Every server that was added, and the other programs of this machine that use such servers. */
    Overview: {
      editors: components['schemas']['McpClient'][];
      servers: components['schemas']['ServerStatus'][];
    };
    /** @description A piece of a message in its place: a text, a thought, or a call with its result. */
    Part: {
      /** @default null */
      approval_id?: string | null;
      /** @default null */
      call?: components['schemas']['ToolCallRecord'] | null;
      /** @default null */
      duration_ms?: number | null;
      /** @enum {string} */
      kind: 'text' | 'thinking' | 'tool_call';
      meta?: {
        [key: string]: unknown;
      };
      /** @default  */
      text?: string;
    };
    /** @description A role that an assistant can take on. `prompt` is what it is told. */
    Persona: {
      description: string;
      /** @enum {string} */
      id: '' | 'analyst' | 'product' | 'architect' | 'developer' | 'tester' | 'reviewer' | 'writer';
      prompt: string;
      title: string;
    };
    /** @description The roles there are to choose from, and the one that is taken on: the profile's `persona`. */
    Personas: {
      /** @enum {string} */
      active: '' | 'analyst' | 'product' | 'architect' | 'developer' | 'tester' | 'reviewer' | 'writer';
      personas: components['schemas']['Persona'][];
    };
    /**
     * @description A workflow to look at, which nothing runs by itself, or questions first.
     *
     *     `by` is who planned: a model, or `templates` where no provider is set up. `note` says what to know about it.
     */
    Plan: {
      by: string;
      /** @default  */
      note?: string;
      questions: components['schemas']['PlanQuestion'][];
      workflow: components['schemas']['Workflow'];
    };
    /** @description What would be run to install a server. `needs` is the program that is missing for it. */
    Planned: {
      argv: string[][];
      command: string;
      manager: string;
      name: string;
      needs: string;
      title: string;
    };
    /**
     * @description What would be run or reached: `exact` is all of it in one line, to be sent back as `confirm`.
     *
     *     `warnings` are sentences a person should read first. `needs` is the program that is missing, empty where none is.
     */
    PlannedServer: {
      argv: string[];
      cwd: string;
      env: string[];
      exact: string;
      headers: string[];
      name: string;
      needs: string;
      reaches: string;
      /** @enum {string} */
      transport: 'stdio' | 'http';
      url: string;
      warnings: string[];
    };
    /** @description What has to be known before a plan can be made. */
    PlanQuestion: {
      id: string;
      question: string;
    };
    /**
     * @description A goal to be planned for, with answers to questions by their ids.
     *
     *     With `workflow_id`, the plan replaces what that workflow says.
     */
    PlanRequest: {
      answers?: {
        [key: string]: string;
      };
      /** @default  */
      context?: string;
      goal: string;
      /** @default null */
      workflow_id?: string | null;
    };
    /** @description US dollars for a million tokens. Where a cache has no price of its own, its tokens cost what input costs. */
    Prices: {
      /** @default null */
      cache_read?: number | null;
      /** @default null */
      cache_write?: number | null;
      input: number;
      output: number;
    };
    /** @description The short answer of a health probe. */
    Probe: {
      /** @enum {string} */
      status: 'ok' | 'error';
      /** Format: date-time */
      timestamp: string;
    };
    /** @description Something that the specification does not allow (an error), or advises against (a warning). */
    Problem: {
      code: string;
      line: number;
      message: string;
      /**
       * @default error
       * @enum {string}
       */
      severity?: 'error' | 'warning';
    };
    /** @description A person's preferences. Names not listed here are kept as they come. */
    Profile: {
      /** @default 0 */
      backup_days?: number;
      /** @default  */
      instructions?: string;
      /** @default 0 */
      keep_days?: number;
      /**
       * @default
       * @enum {string}
       */
      language?: '' | 'en' | 'fr';
      /** @default 15 */
      max_tool_rounds?: number;
      /** @default  */
      name?: string;
      /** @default true */
      notifications?: boolean;
      /**
       * @default ask
       * @enum {string}
       */
      on_close?: 'ask' | 'quit' | 'serve';
      /**
       * @default
       * @enum {string}
       */
      persona?: '' | 'analyst' | 'product' | 'architect' | 'developer' | 'tester' | 'reviewer' | 'writer';
      private_hosts?: string[];
      shortcuts?: {
        [key: string]: string;
      };
      /**
       * @default normal
       * @enum {string}
       */
      text_size?: 'small' | 'normal' | 'large';
      /**
       * @default system
       * @enum {string}
       */
      theme?: 'system' | 'light' | 'dark' | 'neon';
      /** @default 0 */
      thinking_tokens?: number;
      /** @default true */
      tray?: boolean;
      /** @default 0 */
      workflow_approval_hours?: number;
    } & {
      [key: string]: unknown;
    };
    /** @description Changes to the profile: every name given replaces that name; null forgets it. */
    ProfilePatch: {
      [key: string]: unknown;
    };
    /**
     * @description A program on this machine, or one that could be.
     *
     *     `path` is where the search path leads; empty where it is not installed. `version` is what it said itself, null where
     *     it said none, with the reason in `error`. `latest` is the newest version that a package manager knows of, null where
     *     none was asked. `signed_in` is null where nobody can tell. `install` is null where Studio knows no way.
     */
    Program: {
      error: string;
      home: string;
      install: components['schemas']['studio__features__programs__models__Install'] | null;
      installed: boolean;
      /** @enum {string} */
      kind: 'agent' | 'model' | 'tool' | 'runtime' | 'editor';
      latest: string | null;
      name: string;
      path: string;
      signed_in: boolean | null;
      title: string;
      version: string | null;
    };
    /** @description A message that a server has ready. `command` is how the composer calls it. */
    Prompt: {
      arguments: components['schemas']['PromptArgument'][];
      command: string;
      description: string;
      name: string;
      server: string;
      title: string;
    };
    /** @description Something that a prompt wants to know. */
    PromptArgument: {
      description: string;
      name: string;
      required: boolean;
    };
    /** @description Prompts of servers. `problems` are servers that could not be asked. */
    PromptList: {
      problems: string[];
      prompts: components['schemas']['Prompt'][];
    };
    /** @description Have one prompt written. */
    PromptRequest: {
      arguments?: {
        [key: string]: string;
      };
      name: string;
      server: string;
    };
    /** @description A prompt as the text of one message. */
    PromptText: {
      name: string;
      server: string;
      text: string;
    };
    /**
     * @description A provider as it is shown.
     *
     *     `detected`: it runs on this machine now. `installed`: its program is on this machine, whether it runs or not.
     *     `outdated`: the one that runs is older than what Studio needs; `version` is what it says of itself.
     */
    Provider: {
      active: boolean;
      api_key: string;
      base_url: string;
      detected: boolean;
      installed: boolean;
      model: string;
      models: string[];
      name: string;
      outdated: boolean;
      /** @enum {string} */
      protocol: 'openai' | 'anthropic' | 'builtin';
      /** @enum {string} */
      status: 'ok' | 'no_key' | 'bad_key' | 'unreachable' | 'unknown';
      version: string;
    };
    /** @description A provider to be configured. What is left out stays as it is, or as it is known for a known name. */
    ProviderDraft: {
      /** @default null */
      active?: boolean | null;
      /** @default null */
      api_key?: string | null;
      /** @default null */
      base_url?: string | null;
      /** @default null */
      model?: string | null;
      /** @default null */
      models?: string[] | null;
      name: string;
      /** @default null */
      protocol?: ('openai' | 'anthropic') | null;
    };
    /** @description Every configured provider, and those found on this machine. */
    ProviderList: {
      providers: components['schemas']['Provider'][];
    };
    /**
     * @description What was removed, or would be where `applied` is false. `before` is the moment of the last use.
     *
     *     `occasions` are the moments of schedules.
     */
    Pruned: {
      applied: boolean;
      /** Format: date-time */
      before: string;
      conversations: number;
      image_bytes: number;
      images: number;
      messages: number;
      occasions: number;
      runs: number;
    };
    /**
     * @description What nobody used for `older_than_days`. Without `apply` nothing is done but to count it.
     *
     *     Of conversations, pinned ones stay, and those in which an answer is being written. Of workflows, runs go that have
     *     been over for so long, with the moments of schedules; the newest of each workflow and of each schedule stays, and so
     *     does a run that is a step of one that stays. In a shared database, those of others go who were not seen for ninety
     *     days.
     */
    Pruning: {
      /** @default false */
      apply?: boolean;
      older_than_days: number;
    };
    /** @description Put a server away at once, or let it back. */
    Quarantine: {
      on: boolean;
    };
    /** @description A call that nobody makes: what would the rules say of it? */
    Question: {
      args?: {
        [key: string]: unknown;
      };
      /** @default null */
      cwd?: string | null;
      tool: string;
    };
    /** @description How much of a subscription is taken. `reason` says why nobody knows. */
    Quota: {
      name: string;
      reason: string;
      /** @enum {string} */
      state: 'ok' | 'unknown' | 'error';
      windows: components['schemas']['QuotaWindow'][];
    };
    /** @description The quota of every provider that has one. */
    QuotaList: {
      providers: components['schemas']['Quota'][];
    };
    /** @description How much of what one may take in a while is taken: requests or tokens, as the provider counts; null: not told. */
    QuotaWindow: {
      limit: number | null;
      name: string;
      percent: number | null;
      resets_at: string | null;
      used: number | null;
    };
    /** @description A skill that was not taken, and why. */
    Refusal: {
      name: string;
      reason: string;
    };
    /** @description Servers that can be added. `problems` are files of one's own that could not be read. */
    Registry: {
      problems: string[];
      servers: components['schemas']['Known'][];
    };
    /** @description Which servers are wanted: those that have all words of `query` in what is said of them. */
    RegistryQuery: {
      /** @default  */
      query?: string;
    };
    /** @description One thing in a folder of another machine. `size` is in bytes. */
    RemoteEntry: {
      /** @enum {string} */
      kind: 'file' | 'folder' | 'link' | 'other';
      modified_at: string | null;
      name: string;
      size: number;
    };
    /** @description A file to put on another machine. `content` is Base64; one that is there is replaced where `replace` says so. */
    RemoteFileDraft: {
      /** Format: base64 */
      content: string;
      path: string;
      /** @default false */
      replace?: boolean;
    };
    /** @description What is in a folder of another machine, folders first; `path` is its full one. */
    RemoteFolder: {
      entries: components['schemas']['RemoteEntry'][];
      is_partial: boolean;
      path: string;
    };
    /** @description A path on another machine; empty for the home folder of whoever signs in there. */
    RemotePlace: {
      /** @default  */
      path?: string;
    };
    /** @description A skill that was removed from the library. `backup` brings it back. */
    Removed: {
      backup: string;
      name: string;
    };
    /** @description Something a server lets be read. `mention` is how a message mentions it. */
    Resource: {
      description: string;
      mention: string;
      mime_type: string;
      name: string;
      server: string;
      title: string;
      uri: string;
    };
    /** @description Resources of servers. `problems` are servers that could not be asked. */
    ResourceList: {
      problems: string[];
      resources: components['schemas']['Resource'][];
    };
    /** @description Which resources are wanted: of one server, of all that run where it names none. */
    ResourceQuery: {
      /** @default 50 */
      limit?: number;
      /** @default  */
      query?: string;
      /** @default null */
      server?: string | null;
    };
    /** @description Read one resource. */
    ResourceRequest: {
      server: string;
      uri: string;
    };
    /** @description A resource as text. What is no text is named with its kind and size. */
    ResourceText: {
      mime_type: string;
      server: string;
      text: string;
      uri: string;
    };
    /** @description What a person typed to go back to a backup: its name, so that it is no slip of the hand. */
    RestoreDraft: {
      confirm: string;
    };
    /**
     * @description What became of the last restore that the page asked for, until the next. `name` is that of the backup.
     *
     *     `kept` is the backup of what was there before, empty where nothing was; `problem` says why it did not come to be,
     *     and what was there is there.
     */
    RestoreOutcome: {
      /** Format: date-time */
      ended_at: string;
      kept: string;
      name: string;
      problem: string;
    };
    /** @description Bring back a skill that was removed. */
    RestoreRequest: {
      backup: string;
    };
    /** @description How often a step that failed is tried again, and how long is waited before: twice as long each time. */
    Retries: {
      /** @default 0 */
      count?: number;
      /** @default 1 */
      delay_seconds?: number;
    };
    /** @description A rule. Built-in ones have no date and cannot be deleted, only overruled by one that comes later. */
    Rule: {
      /** @default null */
      created_at?: string | null;
      /** @enum {string} */
      effect: 'allow' | 'ask' | 'deny';
      /** @default null */
      folder?: string | null;
      id: string;
      /**
       * @default glob
       * @enum {string}
       */
      match?: 'exact' | 'glob';
      pattern: string;
      tool: string;
    };
    /**
     * @description A rule to be written.
     *
     *     `tool` is a tool's name, where `*` stands for anything. `pattern` is held against what the call touches: a path, the
     *     address of a page, or each command of a line. With `glob`, `*` in it stands for anything and a final ` *` also for
     *     nothing; with `exact` it stands for itself, and of a command line for the whole line.
     *
     *     With `folder`, given by its full path, the rule holds there and below only. A command line means another thing in
     *     another folder: an exact one is allowed in exactly that folder.
     */
    RuleDraft: {
      /** @enum {string} */
      effect: 'allow' | 'ask' | 'deny';
      /** @default null */
      folder?: string | null;
      /**
       * @default glob
       * @enum {string}
       */
      match?: 'exact' | 'glob';
      pattern: string;
      tool: string;
    };
    /** @description All rules, in the order in which they are read: the last that fits decides. */
    RuleList: {
      rules: components['schemas']['Rule'][];
    };
    /** @description Some runs of a workflow, the newest first. `has_more` says whether others began before the last of them. */
    RunList: {
      has_more: boolean;
      runs: components['schemas']['RunSummary'][];
    };
    /**
     * @description A language server that runs for a folder, or that failed there and may be tried again.
     *
     *     `memory_bytes` is what it and all that it started have in memory. `reason` is why it failed.
     */
    Running: {
      id: string;
      /** Format: date-time */
      last_used_at: string;
      memory_bytes: number;
      name: string;
      open_documents: number;
      pid: number | null;
      reason: string;
      requests: number;
      root: string;
      /** Format: date-time */
      started_at: string;
      /** @enum {string} */
      state: 'starting' | 'running' | 'failed' | 'ended';
      title: string;
    };
    /** @description The language servers that run now. */
    RunningList: {
      servers: components['schemas']['Running'][];
    };
    /**
     * @description What a run may do without asking. It never grows.
     *
     *     `allow` are capabilities such as `command`, `tool:read_file` and `agent:claude`; with `paths` files are touched
     *     there and below only, with `hosts` pages asked for there only. Nobody can hold command lines, coding programs and
     *     the tools of MCP servers to places, so with either all of these are asked about. `max_cost` is in US dollars. After
     *     `until`, a moment with its time zone, nothing is allowed any more.
     */
    RunProfile: {
      allow?: string[];
      /** @default null */
      hosts?: string[] | null;
      /** @default null */
      max_cost?: number | null;
      /** @default null */
      paths?: string[] | null;
      /** @default null */
      until?: string | null;
    };
    /**
     * @description How to run a workflow.
     *
     *     With `from_step`, that step and all that come after it are done anew, and what the run before made of the others is
     *     taken over. Without `profile` the rules alone decide what is asked about.
     */
    RunRequest: {
      /** @default null */
      from_step?: string | null;
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /** @default null */
      profile?: components['schemas']['RunProfile'] | null;
    };
    /** @description A run has begun. */
    RunStarted: {
      execution_id: string;
      /** @enum {string} */
      status: 'running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled';
      workflow_id: string;
    };
    /** @description A run in a list. */
    RunSummary: {
      /** Format: date-time */
      created_at: string;
      error: string | null;
      execution_id: string;
      finished_at: string | null;
      name: string;
      origin: string;
      /** @default false */
      paused?: boolean;
      /** @enum {string} */
      status: 'running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled';
      workflow_id: string;
    };
    /** @description Which runs of a workflow: the newest, or the newest of those that began before another. */
    RunsWanted: {
      /** @default null */
      before?: string | null;
    };
    /** @description A workflow with its latest run, or one of its runs. */
    RunView: {
      /** @default null */
      cost?: number | null;
      /** Format: date-time */
      created_at: string;
      /** @default null */
      error?: string | null;
      execution_id: string | null;
      /** @default null */
      finished_at?: string | null;
      goal: string;
      id: string;
      input: {
        [key: string]: components['schemas']['JsonValue'];
      };
      name: string;
      /** @default  */
      origin?: string;
      /** @default false */
      paused?: boolean;
      /** @default null */
      profile?: components['schemas']['RunProfile'] | null;
      status:
        | ('draft' | 'planning' | 'reviewing')
        | ('running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled');
      steps: components['schemas']['StepView'][];
      /** @default 0 */
      tokens?: number;
      /** Format: date-time */
      updated_at: string;
      workflow: components['schemas']['Workflow'];
      workflow_id: string;
    };
    /** @description What a model said in one round, and the calls that it made then. */
    SaidInStep: {
      calls: components['schemas']['MadeCall'][];
      text: string;
    };
    /**
     * @description A text file of a skill as it shall be. Without `path` it is one of the library, made where there is none.
     *
     *     `tree_hash` is that of the skill when its content was read, empty for one that is new: if it is otherwise now,
     *     nothing is saved.
     */
    SaveRequest: {
      content: string;
      /** @default SKILL.md */
      file?: string;
      /** @default  */
      folder?: string;
      /** @default  */
      path?: string;
      /** @default  */
      tree_hash?: string;
    };
    /** @description What was found, and when. `duration_ms` is how long it took. */
    Scan: {
      duration_ms: number;
      /** Format: date-time */
      scanned_at: string;
      tools: components['schemas']['Program'][];
    };
    /** @description How to scan. With `latest`, package managers are asked for the newest versions; some of them ask the network. */
    ScanQuery: {
      /** @default false */
      latest?: boolean;
    };
    /**
     * @description A schedule to be kept.
     *
     *     `target` is the kind of thing that is begun, `subject` which one, and `request` what it is given: of a workflow
     *     `input` and the `profile` of what its runs may do, which is nothing where it is left out. `catch_up` says what is
     *     done about moments that were missed; with `all` each has its run, one after another where they may not overlap.
     */
    ScheduleDraft: {
      /**
       * @default skip
       * @enum {string}
       */
      catch_up?: 'skip' | 'latest' | 'all';
      /** @default true */
      is_enabled?: boolean;
      /** @default false */
      may_overlap?: boolean;
      name: string;
      request?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      subject: string;
      /** @default workflow */
      target?: string;
      trigger: components['schemas']['CronTrigger'] | components['schemas']['IntervalTrigger'];
    };
    /** @description Which schedules: all, or those of one target or subject. */
    ScheduleFilter: {
      /** @default null */
      subject?: string | null;
      /** @default null */
      target?: string | null;
    };
    /** @description Schedules, those that come next first. */
    ScheduleList: {
      schedules: components['schemas']['ScheduleView'][];
    };
    /** @description A schedule with the moments that come next, the last one that was, and how many were missed in a month. */
    ScheduleView: {
      /**
       * @default skip
       * @enum {string}
       */
      catch_up?: 'skip' | 'latest' | 'all';
      /** Format: date-time */
      created_at: string;
      /** @default null */
      error?: string | null;
      id: string;
      /** @default true */
      is_enabled?: boolean;
      last: components['schemas']['OccasionView'] | null;
      /** @default false */
      may_overlap?: boolean;
      missed: number;
      name: string;
      next_at: string | null;
      request?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      subject: string;
      /** @default workflow */
      target?: string;
      trigger: components['schemas']['CronTrigger'] | components['schemas']['IntervalTrigger'];
      upcoming: string[];
      /** Format: date-time */
      updated_at: string;
    };
    /** @description Where secrets rest: sealed in the database, or in the keyring of the operating system. */
    SecretCount: {
      in_keyring: number;
      sealed: number;
    };
    /** @description Runs that somebody looked at. Those of which that is known, and others, change nothing. */
    SeenRuns: {
      execution_ids: string[];
    };
    /**
     * @description A language server of this machine, or one that could be.
     *
     *     `path` is the program that is started, empty where there is none. `version` is null where none was said, with the
     *     reason in `error`. `install` is null where Studio knows no way. `runs_code`: it runs code that lies in the folder.
     */
    Server: {
      error: string;
      home: string;
      install: components['schemas']['studio__features__lsp__models__Install'] | null;
      installed: boolean;
      languages: string[];
      name: string;
      path: string;
      runs_code: boolean;
      title: string;
      version: string | null;
    };
    /**
     * @description A server to be added.
     *
     *     Without `confirm` nothing is kept and nothing is run: the answer says what would be. `confirm` is that line, to the
     *     letter.
     */
    ServerDraft: {
      args?: string[];
      /** @default  */
      command?: string;
      /** @default null */
      confirm?: string | null;
      /** @default  */
      cwd?: string;
      env?: {
        [key: string]: components['schemas']['Setting'];
      };
      headers?: {
        [key: string]: components['schemas']['Setting'];
      };
      name: string;
      /**
       * @default when_needed
       * @enum {string}
       */
      start?: 'when_needed' | 'at_start';
      /** @default  */
      title?: string;
      /**
       * @default stdio
       * @enum {string}
       */
      transport?: 'stdio' | 'http';
      /** @default  */
      url?: string;
    };
    /** @description Every language server that Studio knows of. */
    ServerList: {
      servers: components['schemas']['Server'][];
    };
    /** @description What a program printed beside the protocol, and what went wrong, the first and the last of it. */
    ServerLog: {
      left_out: number;
      name: string;
      text: string;
    };
    /** @description Changes to a server: every name given replaces that name. What changes what is run or reached takes `confirm`. */
    ServerPatch: {
      /** @default null */
      args?: string[] | null;
      /** @default null */
      command?: string | null;
      /** @default null */
      confirm?: string | null;
      /** @default null */
      cwd?: string | null;
      /** @default null */
      enabled?: boolean | null;
      /** @default null */
      env?: {
        [key: string]: components['schemas']['Setting'];
      } | null;
      /** @default null */
      headers?: {
        [key: string]: components['schemas']['Setting'];
      } | null;
      /** @default null */
      start?: ('when_needed' | 'at_start') | null;
      /** @default null */
      title?: string | null;
      /** @default null */
      url?: string | null;
    };
    /**
     * @description How a server is.
     *
     *     `era` is how the protocol was begun, empty while it is not connected; `waiting` counts the tools that are new, or
     *     changed since they were approved. `latency_ms` is the median of the last calls, null before the first.
     */
    ServerStatus: {
      /** Format: date-time */
      added_at: string;
      calls: number;
      connect_ms: number | null;
      connected_at: string | null;
      enabled: boolean;
      /** @enum {string} */
      era: '' | 'handshake' | 'stateless';
      error: string;
      failures: number;
      has_prompts: boolean;
      has_resources: boolean;
      instructions: string;
      latency_ms: number | null;
      name: string;
      pid: number | null;
      protocol_version: string;
      quarantined: boolean;
      server_version: string;
      /** @enum {string} */
      start: 'when_needed' | 'at_start';
      /** @enum {string} */
      state: 'off' | 'quarantined' | 'idle' | 'connecting' | 'running' | 'failed' | 'sign_in';
      title: string;
      tokens: number;
      tools: components['schemas']['ServerTool'][];
      /** @enum {string} */
      transport: 'stdio' | 'http';
      waiting: number;
    };
    /**
     * @description A tool of a server. `name` is the server's own, `tool` what models and rules call it.
     *
     *     `tokens` is about what it takes to tell a model of it; `reads_only` is the server's own word, which decides nothing;
     *     `digest` names this version of it.
     */
    ServerTool: {
      description: string;
      digest: string;
      enabled: boolean;
      name: string;
      reads_only: boolean;
      /** @enum {string} */
      state: 'approved' | 'new' | 'changed' | 'gone';
      title: string;
      tokens: number;
      tool: string;
    };
    /** @description Every terminal. */
    SessionList: {
      sessions: components['schemas']['SessionView'][];
    };
    /** @description What a new terminal can be. */
    Sessions: {
      ssh: components['schemas']['Connection'][];
      system: components['schemas']['SystemShell'][];
    };
    /** @description A terminal as this document shows it, and what the page wants to know of it. `busy`: more than a shell runs. */
    SessionView: {
      agentId: string;
      agentName: string;
      busy: boolean;
      cols: number;
      /** Format: date-time */
      createdAt: string;
      cwd: string;
      id: string;
      kind: string;
      /** Format: date-time */
      lastActivityAt: string;
      name: string;
      pid: number | null;
      rows: number;
      shell: string;
      /** @enum {string} */
      status: 'active' | 'idle';
    };
    /** @description The value of an environment variable or of a header. One that is secret is told nobody again: `***`. */
    Setting: {
      /** @default false */
      secret?: boolean;
      /** @default  */
      value?: string;
    };
    /**
     * @description One decision on questions that are alike: on those that the person saw, and on none that came later.
     *
     *     Where they ask for words, `note` is the answer to each.
     */
    SharedAnswer: {
      approval_ids: string[];
      /** @enum {string} */
      decision: 'allow' | 'deny';
      /** @default  */
      note?: string;
    };
    /**
     * @description Something that steps may wait for happened.
     *
     *     `output` came with it, and is what they give. With `run_id` or `workflow_id` only steps of these are told.
     */
    Signal: {
      name: string;
      /** @default  */
      output?: string;
      /** @default  */
      run_id?: string;
      /** @default  */
      workflow_id?: string;
    };
    /** @description How many steps waited for it. */
    Signalled: {
      steps: number;
    };
    /** @description What a browser brings: the secret of a one-time link, or the owner's token. */
    'SignIn-Input': {
      /** @default  */
      link?: string;
      /** @default  */
      token?: string;
    };
    /** @description Where a person signs in to a server, in their own browser. */
    'SignIn-Output': {
      name: string;
      url: string;
    };
    /**
     * @description A skill in one place.
     *
     *     `seen_by` are the programs of this machine that read it there; `hidden_in` those that read the folder, too, and take
     *     another of the same name. `same_as` and `differs_from` are the other places where a skill of this name lies, with
     *     the same words or others, twenty of each at most. `trusted`: it counts; a project's does only in a trusted folder,
     *     and so does what a link leads to in a folder of nobody's skills. `enabled`: Studio's own chat is told of it. `link`
     *     is where the folder leads, empty where it is no link. `folder_trust` is the folder that a person would have to trust
     *     for it to count.
     */
    Skill: {
      description: string;
      differs_from: string[];
      enabled: boolean;
      folder_trust: string;
      hidden_in: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
      link: string;
      name: string;
      path: string;
      problems: number;
      same_as: string[];
      /** @enum {string} */
      scope: 'library' | 'personal' | 'plugin' | 'project' | 'studio';
      seen_by: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
      trusted: boolean;
      valid: boolean;
    };
    /**
     * @description A program that reads skills, and where. `shared` is the folder that many programs read.
     *
     *     `folder` is where it is deployed to, `folders` and `project_folders` are all that it reads, in its own order.
     */
    SkillClient: {
      folder: string;
      folders: string[];
      installed: boolean;
      /** @enum {string} */
      name:
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr';
      project_folders: string[];
      title: string;
    };
    /**
     * @description A skill with all that can be said of it.
     *
     *     `content` is its SKILL.md to the letter, `body` what a model is given of it. `tokens` are those of listing it and of
     *     its body. `origin` is where it was imported from; `modified`: it was changed since. `editable`: it can be saved.
     */
    SkillDetail: {
      all_problems: components['schemas']['Problem'][];
      body: string;
      body_tokens: number;
      content: string;
      deployments: components['schemas']['Deployment'][];
      description: string;
      differs_from: string[];
      editable: boolean;
      enabled: boolean;
      files: components['schemas']['SkillFile'][];
      folder_trust: string;
      hidden_in: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
      link: string;
      listing_tokens: number;
      modified: boolean;
      name: string;
      origin: components['schemas']['Origin'] | null;
      path: string;
      places: string[];
      problems: number;
      same_as: string[];
      /** @enum {string} */
      scope: 'library' | 'personal' | 'plugin' | 'project' | 'studio';
      seen_by: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
      tree_hash: string;
      trusted: boolean;
      valid: boolean;
    };
    /** @description A file of a skill. `kind` says what it is for by the folder it lies in. `size` is in bytes. */
    SkillFile: {
      is_text: boolean;
      /** @enum {string} */
      kind: 'instructions' | 'script' | 'reference' | 'asset' | 'other';
      path: string;
      size: number;
      tokens: number;
    };
    /** @description A text file of a skill, by its path in the skill's folder. */
    SkillFileQuery: {
      /** @default SKILL.md */
      file?: string;
      /** @default  */
      folder?: string;
      /** @default  */
      path?: string;
    };
    /** @description Every skill of this machine, and of the project that was asked for. `problems` say what was not read. */
    SkillList: {
      problems?: string[];
      skills: components['schemas']['Skill'][];
    };
    /** @description Which skills: with those of the project that has `folder`, if it is given by its full path. */
    SkillQuery: {
      /** @default  */
      folder?: string;
    };
    /** @description What the specification says of a skill. Warnings leave it valid. */
    SkillValidation: {
      problems: components['schemas']['Problem'][];
      valid: boolean;
    };
    /** @description Bytes of memory or of a disk, and how much of them is used. Memory that could be had at once is not used. */
    SpaceUse: {
      percent: number;
      total: number;
      used: number;
    };
    /** @description A workflow as YAML. */
    Spelled: {
      yaml: string;
    };
    /**
     * @description What Studio knows of this machine and of the work on it: what each part answers for itself, in one answer.
     *
     *     `conversations` are the five used last; `workflows` the runs that are at work or wait, each as its workflow.
     */
    Status: {
      approvals: components['schemas']['Approval'][];
      conversations: components['schemas']['ConversationSummary'][];
      info: components['schemas']['Info'];
      metrics: components['schemas']['Metrics'];
      providers: components['schemas']['Provider'][];
      system: components['schemas']['Machine'];
      terminals: components['schemas']['OpenTerminal'][];
      tools: components['schemas']['Program'][];
      workflows: components['schemas']['WorkflowSummary'][];
    };
    /**
     * @description A decision on a step that waits.
     *
     *     `edit` approves it with other fields, given as `input`; `rerun`, `done` and `reject` are for one that was
     *     interrupted; a question is answered with `note`, or with `input.answer`. `approval_id` is the question that was
     *     seen: where the step asks another one by now, nothing is decided.
     */
    StepAnswer: {
      /** @default null */
      approval_id?: string | null;
      /** @enum {string} */
      decision: 'approve' | 'reject' | 'edit' | 'rerun' | 'done';
      /** @default null */
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      } | null;
      /** @default  */
      note?: string;
      step_id: string;
    };
    /**
     * @description An attempt at a step that was not its last, or was cut off: why it failed, and the end of what it printed.
     *
     *     One that has no end was cut off, as where Studio was killed.
     */
    StepAttempt: {
      /** @default null */
      ended_at?: string | null;
      /** @default  */
      error?: string;
      /** @default  */
      printed?: string;
      /** Format: date-time */
      started_at: string;
    };
    /** @description What is wrong with a workflow, and in which line, where it is YAML. */
    StepProblem: {
      /** @default null */
      line?: number | null;
      message: string;
      step: string | null;
    };
    /**
     * @description A stretch of time in which a step was at work, or waited for a person, a moment or an event.
     *
     *     It has no end as long as it lasts.
     */
    StepSpan: {
      /** @default null */
      ended_at?: string | null;
      /** @enum {string} */
      kind: 'work' | 'person' | 'time' | 'event';
      /** Format: date-time */
      started_at: string;
    };
    /**
     * @description What was said and done in a step.
     *
     *     That is the rounds of a chat step, or the one call of a tool or a coding program that changed files. `printed` is
     *     the end of what it has printed so far, while it is at work; `attempts` are those of which nothing else tells, the
     *     oldest first.
     */
    StepTalk: {
      attempts?: components['schemas']['StepAttempt'][];
      /** @default  */
      printed?: string;
      said: components['schemas']['SaidInStep'][];
    };
    /**
     * @description A step with what came of it. `reason` says why it waits, or was skipped; `cost` is in US dollars.
     *
     *     `item` is what of a list it is done for, where it is one of `foreach`. `given` are its own fields as they were when
     *     it was last begun or asked about: filled in, with what a person changed. `decisions` are the last ten about it, the
     *     newest last. `attempts` counts those of which only its talk tells. `spans` is what its time went to, in order; what
     *     an earlier run gave took none.
     */
    StepView: {
      approval_id: string | null;
      attempt: number;
      attempts: number;
      child_id: string | null;
      cost: number | null;
      decisions: components['schemas']['MadeDecision'][];
      depends_on: string[];
      error: string | null;
      finished_at: string | null;
      given: {
        [key: string]: components['schemas']['JsonValue'];
      } | null;
      id: string;
      item: components['schemas']['JsonValue'];
      /** @enum {string} */
      kind: 'ask' | 'chat' | 'tool' | 'command' | 'agent' | 'condition' | 'foreach' | 'wait' | 'workflow';
      output: string | null;
      reason: string | null;
      spans: components['schemas']['StepSpan'][];
      started_at: string | null;
      /** @enum {string} */
      status: 'pending' | 'running' | 'awaiting_approval' | 'completed' | 'failed' | 'skipped' | 'cancelled';
      title: string;
      tokens: number;
      wake_at: string | null;
    };
    /** @description Which conversation's turn to end. */
    StopRequest: {
      conversation_id: string;
    };
    /** @description Whether to be told what happens as it happens. */
    StreamWanted: {
      /** @default false */
      stream?: boolean;
    };
    /** @description There is nothing more to say. */
    studio__features__chat__models__Done: {
      /** @default true */
      ok?: boolean;
    };
    /** @description A language server that was started and greeted. `startup_ms` is null where it did not answer. */
    studio__features__lsp__models__Health: {
      error: string;
      healthy: boolean;
      home: string;
      install: components['schemas']['studio__features__lsp__models__Install'] | null;
      installed: boolean;
      languages: string[];
      name: string;
      path: string;
      runs_code: boolean;
      startup_ms: number | null;
      title: string;
      version: string | null;
    };
    /**
     * @description How a language server is installed here: `command` is a line for the user's shell.
     *
     *     `needs` is the program that is missing for that, empty where none is. `folder` is where Studio keeps it, empty where
     *     a package manager puts it among the system's own.
     */
    studio__features__lsp__models__Install: {
      command: string;
      folder: string;
      manager: string;
      needs: string;
    };
    /**
     * @description How a program is installed, or brought up to date, here: `command` and `update` are lines for the user's shell.
     *
     *     `update` is empty where the program is not here, or came in another way. `needs` is the package manager that is not
     *     here yet, empty where it is.
     */
    studio__features__programs__models__Install: {
      command: string;
      manager: string;
      needs: string;
      update: string;
    };
    /** @description How the server is. Checks and metrics are for those who are signed in. */
    studio__features__system__models__Health: {
      /** @default null */
      checks?: {
        [key: string]: components['schemas']['Check'];
      } | null;
      environment: string;
      /** @default null */
      metrics?: {
        [key: string]: unknown;
      } | null;
      service: string;
      /** @enum {string} */
      status: 'healthy' | 'degraded' | 'unhealthy';
      /** Format: date-time */
      timestamp: string;
      uptime: number;
      version: string;
    };
    /** @description It was done. */
    studio__features__terminals__routes__agents__Done: {
      /**
       * @default true
       * @constant
       */
      success?: true;
    };
    /** @description What came of summarising a conversation, as the workbench document shows it. */
    Summarized: {
      conversation_id: string;
      messages: number;
      summary: string;
      tokens_after: number;
      tokens_before: number;
    };
    /** @description Tell Studio's own chat of a skill, or no longer, wherever it lies. */
    SwitchRequest: {
      enabled: boolean;
      name: string;
    };
    /** @description A shell of this machine that a terminal can run. `kind` says how it is started. */
    SystemShell: {
      /** @enum {string} */
      kind: 'local' | 'wsl' | 'ssh';
      name: string;
      shell: string;
    };
    /** @description Health as the teamwork document shows it. */
    TeamworkHealth: {
      /** @constant */
      status: 'ok';
      /** Format: date-time */
      timestamp: string;
      version: string;
    };
    /** @description A workflow that comes with Studio. */
    Template: {
      /** @default  */
      context?: string;
      /**
       * @default {
       *       "cwd": ""
       *     }
       */
      defaults?: components['schemas']['Defaults'];
      description: string;
      /** @default  */
      goal?: string;
      id: string;
      /** @default null */
      inputs?: {
        [key: string]: components['schemas']['WorkflowInput'];
      } | null;
      name: string;
      steps?: (
        | components['schemas']['AskStep']
        | components['schemas']['ChatStep']
        | components['schemas']['ToolStep']
        | components['schemas']['CommandStep']
        | components['schemas']['AgentStep']
        | components['schemas']['ConditionStep']
        | components['schemas']['ForeachStep']
        | components['schemas']['WaitStep']
        | components['schemas']['WorkflowStep']
      )[];
    };
    /** @description Every template. */
    TemplateList: {
      templates: components['schemas']['Template'][];
    };
    /** @description In which language people read the templates. */
    TemplatesWanted: {
      /**
       * @default en
       * @enum {string}
       */
      language?: 'en' | 'fr';
    };
    /** @description Changes to a terminal. */
    TerminalPatch: {
      name: string;
    };
    /** @description How terminals look and behave. An empty font is the page's own; `idle_minutes` of 0 never closes any. */
    TerminalSettings: {
      /** @default false */
      copy_on_select?: boolean;
      /** @default  */
      font_family?: string;
      /** @default 14 */
      font_size?: number;
      /** @default 0 */
      idle_minutes?: number;
      /** @default false */
      screen_reader?: boolean;
      /** @default Studio Dark */
      theme?: string;
    };
    /** @description Changes to the settings: what is not given stays. */
    TerminalSettingsPatch: {
      /** @default null */
      copy_on_select?: boolean | null;
      /** @default null */
      font_family?: string | null;
      /** @default null */
      font_size?: number | null;
      /** @default null */
      idle_minutes?: number | null;
      /** @default null */
      screen_reader?: boolean | null;
      /** @default null */
      theme?: string | null;
    };
    /** @description Colours of a terminal under the names that xterm.js has for them. */
    Theme: {
      colors: {
        [key: string]: string;
      };
      name: string;
    };
    /** @description How full the model's context is. */
    TokenCount: {
      limit: number | null;
      used: number;
    };
    /** @description A call inside an answer. `result` is null while none came. */
    ToolCallRecord: {
      args: unknown;
      id: string;
      is_error: boolean;
      name: string;
      result: string | null;
    };
    /** @description A tool with all that its server says of it. `diff` is what changed since it was approved. */
    ToolDefinition: {
      definition: {
        [key: string]: unknown;
      };
      description: string;
      diff: string;
      digest: string;
      enabled: boolean;
      name: string;
      reads_only: boolean;
      /** @enum {string} */
      state: 'approved' | 'new' | 'changed' | 'gone';
      title: string;
      tokens: number;
      tool: string;
    };
    /** @description A tool as it is listed. `parameters` is a JSON schema. */
    ToolDescription: {
      description: string;
      name: string;
      parameters: {
        [key: string]: unknown;
      };
    };
    /** @description Every tool of the chat loop. */
    ToolList: {
      tools: components['schemas']['ToolDescription'][];
    };
    /** @description One call of a tool. Its output is the result. */
    ToolStep: {
      /** @default false */
      approval?: boolean;
      args?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /** @default false */
      continue_on_error?: boolean;
      /** @default  */
      cwd?: string;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'tool';
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      tool: string;
      when?: {
        [key: string]: boolean;
      };
    };
    /** @description Offer a tool to models, or do not. */
    ToolSwitch: {
      enabled: boolean;
      name: string;
    };
    /** @description What came of it, and how long it took. */
    Tried: {
      content: string;
      duration_ms: number;
      is_error: boolean;
      /** @default null */
      meta?: {
        [key: string]: unknown;
      } | null;
      /** @default null */
      sudo_blocked?: boolean | null;
    };
    /** @description When something would be begun. */
    TriggerDraft: {
      trigger: components['schemas']['CronTrigger'] | components['schemas']['IntervalTrigger'];
    };
    /** @description A folder whose own instructions count, with everything below it. */
    TrustedFolder: {
      /** Format: date-time */
      created_at: string;
      path: string;
    };
    /** @description Every trusted folder. */
    TrustedFolders: {
      folders: components['schemas']['TrustedFolder'][];
    };
    /** @description A call of one tool by hand, under the same rules as any. `confirm`: its owner agrees. */
    TryRequest: {
      /** @default null */
      approval_id?: string | null;
      args?: {
        [key: string]: unknown;
      };
      /** @default false */
      confirm?: boolean;
      /** @default null */
      cwd?: string | null;
      tool: string;
    };
    /** @description What to type. */
    Typed: {
      input: string;
    };
    /** @description A question that was not decided, and why. */
    Undecided: {
      approval_id: string;
      reason: string;
    };
    /** @description Take back what was deployed. Without `apply` it is only told what would be removed. */
    UndeployRequest: {
      /** @default true */
      apply?: boolean;
      /** @default null */
      mode?: ('link' | 'copy') | null;
      name: string;
      /** @default null */
      project_dir?: string | null;
      targets: (
        | 'studio'
        | 'shared'
        | 'claude-code'
        | 'codex'
        | 'opencode'
        | 'gemini'
        | 'copilot'
        | 'cursor'
        | 'windsurf'
        | 'crush'
        | 'goose'
        | 'openhands'
        | 'amp'
        | 'kimi'
        | 'replit'
        | 'cptr'
      )[];
    };
    /** @description Some runs that failed without anybody having looked, those that did so last first, and how many there are. */
    UnseenRuns: {
      runs: components['schemas']['RunSummary'][];
      total: number;
    };
    /**
     * @description Tokens, as the providers count them, and money.
     *
     *     `context_tokens` is how full the context was at the end. `cost` is in US dollars, null where a price is not known.
     *     `estimated`: a provider did not count, so that we guessed.
     */
    Usage: {
      cache_read_tokens: number;
      cache_write_tokens: number;
      context_tokens: number;
      cost: number | null;
      estimated: boolean;
      input_tokens: number;
      output_tokens: number;
      total_tokens: number;
    };
    /** @description A skill of this machine by its name, or the text of a SKILL.md. With both: a text for a folder of that name. */
    ValidateRequest: {
      /** @default null */
      content?: string | null;
      /** @default  */
      folder?: string;
      /** @default null */
      name?: string | null;
      /** @default  */
      path?: string;
    };
    /** @description What a provider said when it was asked. */
    Validation: {
      message: string;
      models: string[];
      valid: boolean;
    };
    /** @description A value that a known server wants. */
    Variable: {
      /** @default  */
      description?: string;
      name: string;
      /** @default false */
      required?: boolean;
      /** @default false */
      secret?: boolean;
    };
    /** @description A question that waits. `alike` counts those that wait and are like it, itself among them. */
    WaitingApproval: {
      /** @default 1 */
      alike?: number;
      approval_id: string;
      /** @default null */
      choice?: ('edit' | 'rerun' | 'done') | 'always' | null;
      /** Format: date-time */
      created_at: string;
      /** @default null */
      decided_at?: string | null;
      detail: {
        [key: string]: unknown;
      };
      digest: string;
      expires_at: string | null;
      /** @default null */
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      } | null;
      /** @enum {string} */
      kind: 'chat' | 'tool' | 'elicitation' | 'workflow';
      /** @default null */
      likeness?: string | null;
      /** @default  */
      note?: string;
      reason: string;
      rule: string | null;
      /** @enum {string} */
      state: 'pending' | 'allowed' | 'denied' | 'expired' | 'withdrawn' | 'used';
      subject: string | null;
      title: string;
      /** @default null */
      via?: ('page' | 'token') | null;
    };
    /** @description A pause: for some seconds, until a moment (ISO 8601), or until something happens. Nothing runs meanwhile. */
    WaitStep: {
      /** @default false */
      approval?: boolean;
      /** @default false */
      continue_on_error?: boolean;
      depends_on?: string[];
      /** @default  */
      description?: string;
      /** @default null */
      event?: string | null;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'wait';
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      /** @default null */
      seconds?: number | null;
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      /** @default null */
      until?: string | null;
      when?: {
        [key: string]: boolean;
      };
    };
    /** @description The message that is to be seen. */
    WantedMessage: {
      message_id: string;
    };
    /** @description One conversation, or the most recently used one. */
    Which: {
      /** @default null */
      conversation_id?: string | null;
    };
    /** @description A workflow. `reviewing`: a plan that nobody has run yet. `questions` are to be answered before it is planned. */
    Workflow: {
      /** @default  */
      context?: string;
      /** Format: date-time */
      created_at: string;
      /**
       * @default {
       *       "cwd": ""
       *     }
       */
      defaults?: components['schemas']['Defaults'];
      /** @default  */
      goal?: string;
      id: string;
      /** @default null */
      inputs?: {
        [key: string]: components['schemas']['WorkflowInput'];
      } | null;
      name: string;
      questions?: components['schemas']['PlanQuestion'][];
      /**
       * @default draft
       * @enum {string}
       */
      status?: 'draft' | 'planning' | 'reviewing';
      steps?: (
        | components['schemas']['AskStep']
        | components['schemas']['ChatStep']
        | components['schemas']['ToolStep']
        | components['schemas']['CommandStep']
        | components['schemas']['AgentStep']
        | components['schemas']['ConditionStep']
        | components['schemas']['ForeachStep']
        | components['schemas']['WaitStep']
        | components['schemas']['WorkflowStep']
      )[];
      /** Format: date-time */
      updated_at: string;
    };
    /**
     * @description A workflow to be kept.
     *
     *     `inputs` are what a run is told, by name. Where they are null, nobody declared them: a run must be told whatever
     *     steps name under `input.` then.
     */
    WorkflowDraft: {
      /** @default  */
      context?: string;
      /**
       * @default {
       *       "cwd": ""
       *     }
       */
      defaults?: components['schemas']['Defaults'];
      /** @default  */
      goal?: string;
      /** @default null */
      inputs?: {
        [key: string]: components['schemas']['WorkflowInput'];
      } | null;
      name: string;
      steps?: (
        | components['schemas']['AskStep']
        | components['schemas']['ChatStep']
        | components['schemas']['ToolStep']
        | components['schemas']['CommandStep']
        | components['schemas']['AgentStep']
        | components['schemas']['ConditionStep']
        | components['schemas']['ForeachStep']
        | components['schemas']['WaitStep']
        | components['schemas']['WorkflowStep']
      )[];
    };
    /** @description A workflow as YAML, to be kept. `replace`: in the place of the one that has its name, where there is one. */
    WorkflowImport: {
      /** @default false */
      replace?: boolean;
      yaml: string;
    };
    /**
     * @description Something that a run is told. Steps name it: `{{ input.folder }}`.
     *
     *     One that is required must be given, and not empty, unless it has a default. Another one that is not given, and has
     *     no default, is empty.
     */
    WorkflowInput: {
      choices?: string[];
      /** @default null */
      default?: components['schemas']['JsonValue'];
      /** @default  */
      description?: string;
      /** @default false */
      required?: boolean;
      /**
       * @default text
       * @enum {string}
       */
      type?: 'text' | 'folder' | 'list' | 'choice';
    };
    /** @description Some workflows, the most recently changed first, and how many there are. */
    WorkflowList: {
      total: number;
      workflows: components['schemas']['WorkflowSummary'][];
    };
    /** @description A run of another workflow. Its output is the outputs of that one's last steps. */
    WorkflowStep: {
      /** @default false */
      approval?: boolean;
      /** @default false */
      continue_on_error?: boolean;
      depends_on?: string[];
      /** @default  */
      description?: string;
      id: string;
      /** @default false */
      idempotent?: boolean;
      /**
       * @default fail
       * @enum {string}
       */
      if_refused?: 'fail' | 'skip';
      input?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      inputs?: {
        [key: string]: components['schemas']['JsonValue'];
      };
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'workflow';
      /**
       * @default all
       * @enum {string}
       */
      needs?: 'all' | 'any';
      /**
       * @default {
       *       "count": 0,
       *       "delay_seconds": 1
       *     }
       */
      retries?: components['schemas']['Retries'];
      /**
       * @default success
       * @enum {string}
       */
      run_when?: 'success' | 'failure' | 'always';
      /** @default null */
      timeout_seconds?: number | null;
      /** @default  */
      title?: string;
      when?: {
        [key: string]: boolean;
      };
      workflow: string;
    };
    /** @description A workflow in a list, with how its latest run stands. */
    WorkflowSummary: {
      /** Format: date-time */
      created_at: string;
      execution_id: string | null;
      goal: string;
      id: string;
      name: string;
      /** @default false */
      paused?: boolean;
      status:
        | ('draft' | 'planning' | 'reviewing')
        | ('running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled');
      steps: number;
      /** Format: date-time */
      updated_at: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
};
export type $defs = Record<string, never>;
export interface operations {
  'post_api_agents_{agent_id}_terminal': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        agent_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Opened'];
        };
      };
    };
  };
  get_api_approvals: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Inbox'];
        };
      };
    };
  };
  post_api_approvals: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Answers'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Inbox'];
        };
      };
    };
  };
  get_api_approvals_decided: {
    parameters: {
      query?: {
        before?: string | null;
        kind?: ('chat' | 'tool' | 'elicitation' | 'workflow') | null;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DecidedApprovals'];
        };
      };
    };
  };
  get_api_approvals_expired: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ExpiredApprovals'];
        };
      };
    };
  };
  post_api_approvals_together: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SharedAnswer'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decided'];
        };
      };
    };
  };
  post_api_chat: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ChatRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ChatAnswer'];
          'text/event-stream': unknown;
        };
      };
    };
  };
  get_api_chat_approvals: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Inbox'];
        };
      };
    };
  };
  'post_api_chat_approvals_{approval_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        approval_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Answer'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Approval'];
        };
      };
    };
  };
  post_api_chat_clear: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Which'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Cleared'];
        };
      };
    };
  };
  get_api_chat_history: {
    parameters: {
      query?: {
        before?: string | null;
        conversation_id?: string | null;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['History'];
        };
      };
    };
  };
  post_api_chat_stop: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['StopRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['studio__features__chat__models__Done'];
        };
      };
    };
  };
  post_api_chat_summarize: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Which'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Summarized'];
        };
      };
    };
  };
  get_api_config: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Config'];
        };
      };
    };
  };
  put_api_config_profile: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ProfilePatch'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Config'];
        };
      };
    };
  };
  put_api_config_provider: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ProviderDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Provider'];
        };
      };
    };
  };
  post_api_config_reset: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Config'];
        };
      };
    };
  };
  get_api_conversations: {
    parameters: {
      query?: {
        limit?: number;
        offset?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConversationList'];
        };
      };
    };
  };
  'delete_api_conversations_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Cleared'];
        };
      };
    };
  };
  get_api_conversations_export: {
    parameters: {
      query?: {
        format?: 'json' | 'markdown';
        id?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
          'text/markdown': unknown;
        };
      };
    };
  };
  get_api_conversations_search: {
    parameters: {
      query: {
        limit?: number;
        offset?: number;
        q: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConversationsFound'];
        };
      };
    };
  };
  get_api_dashboard_status: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Status'];
        };
      };
    };
  };
  get_api_health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            data: components['schemas']['TeamworkHealth'];
            meta: Record<string, never>;
            success: boolean;
          };
        };
      };
    };
  };
  'get_api_images_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'image/*': unknown;
        };
      };
    };
  };
  get_api_info: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Info'];
        };
      };
    };
  };
  get_api_installs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InstallationList'];
        };
      };
    };
  };
  'get_api_installs_{installation_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        installation_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InstallationLog'];
        };
      };
    };
  };
  'delete_api_installs_{installation_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        installation_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Installation'];
        };
      };
    };
  };
  'get_api_installs_{installation_id}_events': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        installation_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': unknown;
        };
      };
    };
  };
  get_api_lsp: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerList'];
        };
      };
    };
  };
  'post_api_lsp_auto-install': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AutoInstallRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AutoInstall'];
        };
      };
    };
  };
  'post_api_lsp_editor-config': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EditorConfigRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConfigChange'];
        };
      };
    };
  };
  get_api_lsp_health: {
    parameters: {
      query?: {
        name?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HealthList'];
        };
      };
    };
  };
  post_api_lsp_install: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['InstallRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Planned'] | components['schemas']['Installation'];
        };
      };
    };
  };
  post_api_mcp_configure: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ConfigureRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientChange'];
        };
      };
    };
  };
  get_api_mcp_prompts: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PromptList'];
        };
      };
    };
  };
  post_api_mcp_prompts_get: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PromptRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PromptText'];
        };
      };
    };
  };
  get_api_mcp_registry: {
    parameters: {
      query?: {
        query?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Registry'];
        };
      };
    };
  };
  get_api_mcp_resources: {
    parameters: {
      query?: {
        limit?: number;
        query?: string;
        server?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ResourceList'];
        };
      };
    };
  };
  post_api_mcp_resources_read: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ResourceRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ResourceText'];
        };
      };
    };
  };
  get_api_mcp_servers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AddedServers'];
        };
      };
    };
  };
  post_api_mcp_servers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ServerDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PlannedServer'] | components['schemas']['AddedServer'];
        };
      };
    };
  };
  'get_api_mcp_servers_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AddedServer'];
        };
      };
    };
  };
  'delete_api_mcp_servers_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'patch_api_mcp_servers_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ServerPatch'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PlannedServer'] | components['schemas']['AddedServer'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_approve': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Approved'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Definitions'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_call': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TryRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tried'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_connect': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerStatus'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_disconnect': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerStatus'];
        };
      };
    };
  };
  'get_api_mcp_servers_{name}_log': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerLog'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_quarantine': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Quarantine'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerStatus'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_sign-in': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SignIn-Output'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_sign-out': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerStatus'];
        };
      };
    };
  };
  'get_api_mcp_servers_{name}_status': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerStatus'];
        };
      };
    };
  };
  'get_api_mcp_servers_{name}_tools': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Definitions'];
        };
      };
    };
  };
  'post_api_mcp_servers_{name}_tools': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ToolSwitch'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Definitions'];
        };
      };
    };
  };
  get_api_mcp_status: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Overview'];
        };
      };
    };
  };
  get_api_providers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProviderList'];
        };
      };
    };
  };
  get_api_providers_consumption: {
    parameters: {
      query?: {
        days?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Consumption'];
        };
      };
    };
  };
  get_api_providers_quota: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['QuotaList'];
        };
      };
    };
  };
  post_api_providers_validate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ProviderDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Validation'];
        };
      };
    };
  };
  get_api_scan: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Scan'];
        };
      };
    };
  };
  post_api_scan: {
    parameters: {
      query?: {
        latest?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Scan'];
        };
      };
    };
  };
  get_api_skills: {
    parameters: {
      query?: {
        folder?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SkillList'];
        };
      };
    };
  };
  'get_api_skills_{name}': {
    parameters: {
      query?: {
        folder?: string;
        path?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SkillDetail'];
        };
      };
    };
  };
  'put_api_skills_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SaveRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SkillDetail'];
        };
      };
    };
  };
  'delete_api_skills_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Removed'];
        };
      };
    };
  };
  'get_api_skills_{name}_file': {
    parameters: {
      query?: {
        file?: string;
        folder?: string;
        path?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FileText'];
        };
      };
    };
  };
  get_api_skills_clients: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientList'];
        };
      };
    };
  };
  post_api_skills_deploy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DeployRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeployPlan'];
        };
      };
    };
  };
  post_api_skills_export: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ExportRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/zip': unknown;
        };
      };
    };
  };
  post_api_skills_import: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Imported'];
        };
      };
    };
  };
  post_api_skills_restore: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RestoreRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SkillDetail'];
        };
      };
    };
  };
  post_api_skills_switch: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SwitchRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SwitchRequest'];
        };
      };
    };
  };
  post_api_skills_test: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DryRunRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DryRun'];
        };
      };
    };
  };
  post_api_skills_undeploy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['UndeployRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeployPlan'];
        };
      };
    };
  };
  post_api_skills_validate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ValidateRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SkillValidation'];
        };
      };
    };
  };
  get_api_studio_backups: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BackupList'];
        };
      };
    };
  };
  post_api_studio_backups: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Backup'];
        };
      };
    };
  };
  'delete_api_studio_backups_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BackupList'];
        };
      };
    };
  };
  'post_api_studio_backups_{name}_restore': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RestoreDraft'];
      };
    };
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BackupReport'];
        };
      };
    };
  };
  'post_api_studio_backups_{name}_verify': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BackupReport'];
        };
      };
    };
  };
  get_api_studio_compactions: {
    parameters: {
      query: {
        conversation_id: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CompactionList'];
        };
      };
    };
  };
  'put_api_studio_compactions_{compaction_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        compaction_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CompactionEdit'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Compaction'];
        };
      };
    };
  };
  'delete_api_studio_compactions_{compaction_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        compaction_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'get_api_studio_conversations_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Conversation'];
        };
      };
    };
  };
  'patch_api_studio_conversations_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ConversationPatch'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConversationSummary'];
        };
      };
    };
  };
  'post_api_studio_conversations_{id}_shown': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['WantedMessage'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Conversation'];
        };
      };
    };
  };
  get_api_studio_data: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DataUse'];
        };
      };
    };
  };
  post_api_studio_data_prune: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Pruning'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Pruned'];
        };
      };
    };
  };
  get_api_studio_files: {
    parameters: {
      query: {
        folder: string;
        limit?: number;
        query?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FilesFound'];
        };
      };
    };
  };
  get_api_studio_licences: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContainedPackages'];
        };
      };
    };
  };
  get_api_studio_licences_text: {
    parameters: {
      query: {
        ecosystem: 'deb' | 'npm' | 'pypi';
        name: string;
        version: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LicensedPackage'];
        };
      };
    };
  };
  post_api_studio_links: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OneTimeLink'];
        };
      };
    };
  };
  get_api_studio_lsp_running: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunningList'];
        };
      };
    };
  };
  'delete_api_studio_lsp_running_{server_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        server_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  get_api_studio_mcp_clients: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['McpClientList'];
        };
      };
    };
  };
  get_api_studio_models: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelList'];
        };
      };
    };
  };
  post_api_studio_permissions_explain: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Question'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Explanation'];
        };
      };
    };
  };
  get_api_studio_permissions_folders: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TrustedFolders'];
        };
      };
    };
  };
  post_api_studio_permissions_folders: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FolderDraft'];
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TrustedFolder'];
        };
      };
    };
  };
  post_api_studio_permissions_folders_forget: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FolderDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  get_api_studio_permissions_rules: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RuleList'];
        };
      };
    };
  };
  post_api_studio_permissions_rules: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RuleDraft'];
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Rule'];
        };
      };
    };
  };
  'delete_api_studio_permissions_rules_{rule_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        rule_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'delete_api_studio_providers_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  post_api_studio_runs_seen: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SeenRuns'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UnseenRuns'];
        };
      };
    };
  };
  get_api_studio_runs_unseen: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UnseenRuns'];
        };
      };
    };
  };
  get_api_studio_schedules: {
    parameters: {
      query?: {
        subject?: string | null;
        target?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScheduleList'];
        };
      };
    };
  };
  post_api_studio_schedules: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ScheduleDraft'];
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScheduleView'];
        };
      };
    };
  };
  'get_api_studio_schedules_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScheduleView'];
        };
      };
    };
  };
  'put_api_studio_schedules_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ScheduleDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScheduleView'];
        };
      };
    };
  };
  'delete_api_studio_schedules_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'post_api_studio_schedules_{id}_disable': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScheduleView'];
        };
      };
    };
  };
  'post_api_studio_schedules_{id}_enable': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScheduleView'];
        };
      };
    };
  };
  'get_api_studio_schedules_{id}_occasions': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OccasionList'];
        };
      };
    };
  };
  'post_api_studio_schedules_{id}_run': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Occasion'];
        };
      };
    };
  };
  get_api_studio_schedules_agenda: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Agenda'];
        };
      };
    };
  };
  post_api_studio_schedules_preview: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TriggerDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Moments'];
        };
      };
    };
  };
  get_api_studio_secrets: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SecretCount'];
        };
      };
    };
  };
  post_api_studio_session: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SignIn-Input'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  delete_api_studio_session: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'get_api_studio_ssh_connections_{name}_file': {
    parameters: {
      query?: {
        path?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': unknown;
        };
      };
    };
  };
  'post_api_studio_ssh_connections_{name}_file': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RemoteFileDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'get_api_studio_ssh_connections_{name}_folder': {
    parameters: {
      query?: {
        path?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RemoteFolder'];
        };
      };
    };
  };
  get_api_studio_ssh_forwards: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Forwards'];
        };
      };
    };
  };
  post_api_studio_ssh_forwards: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ForwardDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Forward'];
        };
      };
    };
  };
  'delete_api_studio_ssh_forwards_{forward_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        forward_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  get_api_studio_ssh_hosts: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Hosts'];
        };
      };
    };
  };
  post_api_studio_ssh_hosts: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['HostKeyDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HostKey'];
        };
      };
    };
  };
  'delete_api_studio_ssh_hosts_{host}_{port}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        host: string;
        port: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'patch_api_studio_terminals_{terminal_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        terminal_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TerminalPatch'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  'get_api_studio_turns_{message_id}_events': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        message_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': unknown;
        };
      };
    };
  };
  get_api_system: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Machine'];
        };
      };
    };
  };
  get_api_system_metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Metrics'];
        };
      };
    };
  };
  get_api_terminal_sessions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Sessions'];
        };
      };
    };
  };
  post_api_terminal_sessions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ConnectionDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Connection'];
        };
      };
    };
  };
  'delete_api_terminal_sessions_{name}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  put_api_terminal_settings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TerminalSettingsPatch'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TerminalSettings'];
        };
      };
    };
  };
  get_api_terminal_themes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Appearance'];
        };
      };
    };
  };
  get_api_terminals: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionList'];
        };
      };
    };
  };
  'delete_api_terminals_{session_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        session_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['studio__features__terminals__routes__agents__Done'];
        };
      };
    };
  };
  'get_api_terminals_{session_id}_buffer': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        session_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Buffer'];
        };
      };
    };
  };
  'post_api_terminals_{session_id}_execute': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        session_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CommandDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['studio__features__terminals__routes__agents__Done'];
        };
      };
    };
  };
  'post_api_terminals_{session_id}_input': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        session_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Typed'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['studio__features__terminals__routes__agents__Done'];
        };
      };
    };
  };
  'post_api_terminals_{session_id}_kill': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        session_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Killed'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['studio__features__terminals__routes__agents__Done'];
        };
      };
    };
  };
  'post_api_terminals_{session_id}_shell': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        session_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['studio__features__terminals__routes__agents__Done'];
        };
      };
    };
  };
  post_api_tool_call: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CallRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CallAnswer'];
        };
      };
    };
  };
  get_api_tools: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Scan'];
        };
      };
    };
  };
  post_api_tools_install: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['InstallDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Installation'] | components['schemas']['InstallPlan'];
        };
      };
    };
  };
  get_api_tools_list: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ToolList'];
        };
      };
    };
  };
  post_api_workflow: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['WorkflowDraft'];
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Workflow'];
        };
      };
    };
  };
  'get_api_workflow_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunView'];
        };
      };
    };
  };
  'put_api_workflow_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['WorkflowDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Workflow'];
        };
      };
    };
  };
  'delete_api_workflow_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Gone'];
        };
      };
    };
  };
  'post_api_workflow_{id}_cancel': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunView'];
        };
      };
    };
  };
  'get_api_workflow_{id}_events': {
    parameters: {
      query?: {
        follow?: boolean;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': unknown;
        };
      };
    };
  };
  'get_api_workflow_{id}_export': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Spelled'];
        };
      };
    };
  };
  'post_api_workflow_{id}_pause': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunView'];
        };
      };
    };
  };
  'post_api_workflow_{id}_resume': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunView'];
        };
      };
    };
  };
  'get_api_workflow_{id}_runs': {
    parameters: {
      query?: {
        before?: string | null;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunList'];
        };
      };
    };
  };
  'get_api_workflow_{id}_talk_{step_id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        step_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StepTalk'];
        };
      };
    };
  };
  'post_api_workflow_approve_{id}': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['StepAnswer'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunView'];
        };
      };
    };
  };
  post_api_workflow_check: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['WorkflowDraft'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Checked'];
        };
      };
    };
  };
  'post_api_workflow_execute_{id}': {
    parameters: {
      query?: {
        stream?: boolean;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['RunRequest'];
      };
    };
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunStarted'];
          'text/event-stream': unknown;
        };
      };
    };
  };
  post_api_workflow_import: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['WorkflowImport'];
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Workflow'];
        };
      };
    };
  };
  post_api_workflow_import_check: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Spelled'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Checked'];
        };
      };
    };
  };
  get_api_workflow_list: {
    parameters: {
      query?: {
        limit?: number;
        offset?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WorkflowList'];
        };
      };
    };
  };
  post_api_workflow_plan: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PlanRequest'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Plan'];
        };
      };
    };
  };
  post_api_workflow_signal: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Signal'];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Signalled'];
        };
      };
    };
  };
  get_api_workflow_templates: {
    parameters: {
      query?: {
        language?: 'en' | 'fr';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TemplateList'];
        };
      };
    };
  };
  get_docs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': unknown;
        };
      };
    };
  };
  get_health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['studio__features__system__models__Health'];
        };
      };
    };
  };
  get_healthz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Probe'];
        };
      };
    };
  };
  get_mcp: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': unknown;
        };
      };
    };
  };
  post_mcp: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
          'text/event-stream': unknown;
        };
      };
    };
  };
  delete_mcp: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  'get_openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
    };
  };
  get_ready: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Probe'];
        };
      };
    };
  };
  get_startup: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Probe'];
        };
      };
    };
  };
}
