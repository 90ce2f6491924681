/** The providers that the server knows by name, in the order in which they are offered. */

export interface Known {
  name: string;
  title: string;
  /** Runs on the person's own machine, where it usually needs no key. */
  local: boolean;
}

export const BUILTIN = 'builtin';

export const KNOWN: readonly Known[] = [
  { name: 'ollama', title: 'Ollama', local: true },
  { name: 'lmstudio', title: 'LM Studio', local: true },
  { name: 'llamacpp', title: 'llama.cpp', local: true },
  { name: 'vllm', title: 'vLLM', local: true },
  { name: 'anthropic', title: 'Anthropic', local: false },
  { name: 'openai', title: 'OpenAI', local: false },
  { name: 'google', title: 'Google Gemini', local: false },
  { name: 'openrouter', title: 'OpenRouter', local: false },
  { name: 'mistral', title: 'Mistral', local: false },
  { name: 'groq', title: 'Groq', local: false },
  { name: 'deepseek', title: 'DeepSeek', local: false },
  { name: 'minimax', title: 'MiniMax', local: false },
  { name: 'zai', title: 'Z.AI', local: false },
  { name: 'mimo', title: 'Xiaomi MiMo', local: false },
];

export const findKnown = (name: string): Known | undefined => KNOWN.find((known) => known.name === name);
