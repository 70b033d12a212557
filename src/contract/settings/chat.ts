import { integer, number, text } from './kinds.js';

export const chat = {
  systemPrompt: text({
    id: 'chat.systemPrompt',
    text: 'What the model is told before every conversation.',
    default: 'You are a helpful programming assistant. Answer briefly, and show code in fenced blocks.',
    multiline: true,
    restricted: true,
  }),
  maxTokens: integer({
    id: 'chat.maxTokens',
    text: 'The most tokens of one answer.',
    default: 1024,
    minimum: 1,
    maximum: 32768,
  }),
  temperature: number({
    id: 'chat.temperature',
    text: 'How freely the model chooses its words; 0 always takes the likeliest.',
    default: 0.2,
    minimum: 0,
    maximum: 2,
  }),
  contextSize: integer({
    id: 'chat.contextSize',
    text: "Tokens a conversation may fill before its oldest turns are dropped. 0 uses the model's own length, as far as memory allows.",
    default: 4096,
    minimum: 0,
    maximum: 262144,
    scope: 'machine',
  }),
} as const;
