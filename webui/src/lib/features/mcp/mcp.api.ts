/** Servers of the Model Context Protocol. */
import type { Client } from '$lib/api/client';
import type { McpClientName, McpDraft, McpPlan, McpPrompt, McpServer } from '$lib/api/shapes';

export const getStatus = (client: Client) => client.get('/api/mcp/status');

export const listKnown = (client: Client) => client.get('/api/mcp/registry');

export const getServer = (client: Client, name: string) =>
  client.get('/api/mcp/servers/{name}', { path: { name } });

/** Ask what would be run or reached; nothing is kept, and nothing is run. */
export const planServer = async (client: Client, draft: McpDraft) =>
  (await client.post('/api/mcp/servers', { body: draft })) as McpPlan;

/** Add a server, exactly as it was shown. */
export const addServer = async (client: Client, draft: McpDraft, confirm: string) =>
  (await client.post('/api/mcp/servers', { body: { ...draft, confirm } })) as McpServer;

export const setEnabled = (client: Client, name: string, enabled: boolean) =>
  client.patch('/api/mcp/servers/{name}', { path: { name }, body: { enabled } });

export const removeServer = (client: Client, name: string) =>
  client.delete('/api/mcp/servers/{name}', { path: { name } });

export const connect = (client: Client, name: string) =>
  client.post('/api/mcp/servers/{name}/connect', { path: { name } });

export const disconnect = (client: Client, name: string) =>
  client.post('/api/mcp/servers/{name}/disconnect', { path: { name } });

export const quarantine = (client: Client, name: string, on: boolean) =>
  client.post('/api/mcp/servers/{name}/quarantine', { path: { name }, body: { on } });

export const getLog = (client: Client, name: string) =>
  client.get('/api/mcp/servers/{name}/log', { path: { name } });

export const listTools = (client: Client, name: string) =>
  client.get('/api/mcp/servers/{name}/tools', { path: { name } });

/** Offer a tool to models, or do not. */
export const switchTool = (client: Client, name: string, tool: string, enabled: boolean) =>
  client.post('/api/mcp/servers/{name}/tools', { path: { name }, body: { name: tool, enabled } });

/** Approve tools as they are now: their digests by their names. */
export const approveTools = (client: Client, name: string, tools: Record<string, string>) =>
  client.post('/api/mcp/servers/{name}/approve', { path: { name }, body: { tools } });

/** Call a tool by hand. Its owner agrees by pressing the button. */
export const tryTool = (client: Client, name: string, tool: string, args: Record<string, unknown>) =>
  client.post('/api/mcp/servers/{name}/call', { path: { name }, body: { tool, args, confirm: true } });

export const listResources = (client: Client) => client.get('/api/mcp/resources', { query: { limit: 500 } });

export const listPrompts = (client: Client) => client.get('/api/mcp/prompts');

/** Have a prompt written out as the text of a message. */
export const writePrompt = (client: Client, { server, name }: McpPrompt, given: Record<string, string>) =>
  client.post('/api/mcp/prompts/get', { body: { server, name, arguments: given } });

/** Ask where the person signs in to a server. */
export const signIn = (client: Client, name: string) =>
  client.post('/api/mcp/servers/{name}/sign-in', { path: { name } });

export const signOut = (client: Client, name: string) =>
  client.post('/api/mcp/servers/{name}/sign-out', { path: { name } });

/** Tell another program about servers; without `apply`, only say what would change in its file. */
export const configureProgram = (
  client: Client,
  editor: McpClientName,
  servers: string[],
  project_dir: string,
  apply: boolean,
) =>
  client.post('/api/mcp/configure', {
    body: { editor, servers, apply, ...(project_dir && { project_dir }) },
  });
