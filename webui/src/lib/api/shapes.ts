/** What the server says, by name. It leaves nothing out of an answer, so no field of one is optional. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Whole<T[Key]> }
    : T;

export type Approval = Whole<Schemas['Approval']>;
export type Conversation = Whole<Schemas['Conversation']>;
export type ConversationFound = Whole<Schemas['ConversationFound']>;
export type ConversationSummary = Whole<Schemas['ConversationSummary']>;
export type Decision = Schemas['Answer']['decision'];
export type ImageRecord = Whole<Schemas['ImageRecord']>;
export type Info = Whole<Schemas['Info']>;
/** While an answer is written only its tokens are counted; what it cost is known at its end. */
export type Usage = Whole<Schemas['Usage']> & { cost?: number | null };
export type Message = Omit<Whole<Schemas['MessageInParts']>, 'usage'> & { usage: Usage };
export type Part = Whole<Schemas['Part']>;
export type Profile = Whole<Schemas['Profile']>;
export type Provider = Whole<Schemas['Provider']>;
export type ProviderDraft = Schemas['ProviderDraft'];
export type Rule = Whole<Schemas['Rule']>;
export type ToolCall = Whole<Schemas['ToolCallRecord']>;
export type Validation = Whole<Schemas['Validation']>;
