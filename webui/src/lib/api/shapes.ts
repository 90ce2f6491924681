/** What the server says, by name. It leaves nothing out of an answer, so no field of one is optional. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Whole<T[Key]> }
    : T;

export type Approval = Whole<Schemas['Approval']>;
export type Compaction = Whole<Schemas['Compaction']>;
export type Connection = Whole<Schemas['Connection']>;
export type Backup = Whole<Schemas['Backup']>;
export type BackupList = Whole<Schemas['BackupList']>;
export type BackupReport = Whole<Schemas['BackupReport']>;
export type ConnectionDraft = Schemas['ConnectionDraft'];
export type Consumed = Whole<Schemas['Consumed']>;
export type ConsumedByProvider = Whole<Schemas['ConsumedByProvider']>;
export type ConsumedOnDay = Whole<Schemas['ConsumedOnDay']>;
export type Consumption = Whole<Schemas['Consumption']>;
export type Conversation = Whole<Schemas['Conversation']>;
export type ConversationFound = Whole<Schemas['ConversationFound']>;
export type ConversationPatch = Schemas['ConversationPatch'];
export type ConversationSummary = Whole<Schemas['ConversationSummary']>;
export type DataUse = Whole<Schemas['DataUse']>;
export type Decision = Schemas['Answer']['decision'];
export type Explanation = Whole<Schemas['Explanation']>;
export type ImageRecord = Whole<Schemas['ImageRecord']>;
export type Forward = Whole<Schemas['Forward']>;
export type HostKey = Whole<Schemas['HostKey']>;
export type HostKeyDraft = Schemas['HostKeyDraft'];
export type Installation = Whole<Schemas['Installation']>;
export type InstallPlan = Whole<Schemas['InstallPlan']>;
export type FilesFound = Whole<Schemas['FilesFound']>;
export type Info = Whole<Schemas['Info']>;
export type LanguageServer = Whole<Schemas['Server']>;
export type ServerHealth = Whole<Schemas['HealthList']>['servers'][number];
export type AutoInstall = Whole<Schemas['AutoInstall']>;
export type EditorName = Whole<Schemas['EditorConfigRequest']>['editor'];
export type ConfigChange = Whole<Schemas['ConfigChange']>;
export type McpStatus = Whole<Schemas['ServerStatus']>;
export type McpTool = McpStatus['tools'][number];
export type McpClientName = Schemas['ConfigureRequest']['editor'];
export type McpPrompt = Whole<Schemas['Prompt']>;
export type McpResource = Whole<Schemas['Resource']>;
export type McpProgram = Whole<Schemas['Overview']>['editors'][number];
export type McpKnown = Whole<Schemas['Registry']>['servers'][number];
export type McpDraft = Schemas['ServerDraft'];
export type McpPlan = Whole<Schemas['PlannedServer']>;
export type McpServer = Whole<Schemas['AddedServer']>;
export type McpDefinition = Whole<Schemas['Definitions']>['tools'][number];
export type McpTried = Whole<Schemas['Tried']>;
export type McpLog = Whole<Schemas['ServerLog']>;
export type RunningServer = Whole<Schemas['Running']>;
export type Machine = Whole<Schemas['Machine']>;
export type Metrics = Whole<Schemas['Metrics']>;
export type Usage = Whole<Schemas['Usage']>;
export type Message = Whole<Schemas['MessageInParts']>;
export type OfferedModel = Whole<Schemas['OfferedModel']>;
export type Part = Whole<Schemas['Part']>;
export type Persona = Whole<Schemas['Persona']>;
export type Pruned = Whole<Schemas['Pruned']>;
export type Profile = Whole<Schemas['Profile']>;
export type Program = Whole<Schemas['Program']>;
export type Provider = Whole<Schemas['Provider']>;
export type ProviderDraft = Schemas['ProviderDraft'];
export type Quota = Whole<Schemas['Quota']>;
export type RemoteFolder = Whole<Schemas['RemoteFolder']>;
export type Rule = Whole<Schemas['Rule']>;
export type Effect = Rule['effect'];
export type RuleDraft = Whole<Schemas['RuleDraft']>;
export type Status = Whole<Schemas['Status']>;
export type Scan = Whole<Schemas['Scan']>;
export type SystemShell = Whole<Schemas['SystemShell']>;
export type Terminal = Whole<Schemas['SessionView']>;
export type TerminalAppearance = Whole<Schemas['Appearance']>;
export type TerminalSettings = Whole<Schemas['TerminalSettings']>;
export type TerminalTheme = Whole<Schemas['Theme']>;
export type ToolCall = Whole<Schemas['ToolCallRecord']>;
export type TrustedFolder = Whole<Schemas['TrustedFolder']>;
export type Validation = Whole<Schemas['Validation']>;
