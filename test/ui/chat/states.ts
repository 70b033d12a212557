import type {
  AnswerReport,
  AssistantMessage,
  AttachmentChip,
  ChatEngineView,
  ChatFailure,
  ChatViewMessage,
  ChatViewState,
  MessageView,
} from '../../../src/contract/index.js';
import type { ChatPage } from './chat-page.js';

const report: AnswerReport = {
  model: 'smollm2-135m-instruct-q4_1',
  mode: 'balanced',
  selector: 'chess',
  promptTokens: 412,
  reusedTokens: 380,
  tokens: 96,
  tokensPerSecond: 41.27,
  firstTokenMs: 180,
  density: 0.52,
  drafted: 88,
  accepted: 80,
  rollbacks: 3,
  stopReason: 'eos',
  notes: [],
};

const text = [
  'Here is what it does:',
  '1. It reads the **file**.\n2. It parses `JSON`.',
  "```typescript\nexport async function load(path: string): Promise<Config> {\n  // read and check\n  const text = await readFile(path, 'utf8');\n  return parse(JSON.parse(text), 42, true);\n}\n```",
  '> A quote with a [link](https://example.com/x).',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  'Done.',
].join('\n\n');

const engineDown: ChatFailure = {
  code: 'engine-down',
  message: 'The engine stopped (signal SIGKILL).',
  steps: ['retry', 'restart-engine', 'show-log'],
};

const question: MessageView = { role: 'user', id: 'q', text: 'What does load() do?', attachments: [] };
const chip: AttachmentChip = {
  id: 'chip',
  kind: 'selection',
  path: 'src/config/load.ts',
  lines: { first: 10, last: 24 },
  omitted: 0,
};

export const answer = (change: Partial<AssistantMessage>): AssistantMessage => ({
  role: 'assistant',
  id: 'a',
  text,
  verifiedLength: change.text?.length ?? text.length,
  state: { kind: 'complete' },
  ...change,
});

export function snapshot(
  messages: readonly MessageView[],
  change: Partial<ChatViewState> = {},
): ChatViewMessage {
  return {
    type: 'snapshot',
    state: {
      engine: { kind: 'ready', model: 'SmolLM2 135M' },
      conversations: [
        { id: 'c', title: 'What does load() do?', updated: Date.now() - 300_000, messageCount: 2 },
        {
          id: 'd',
          title: 'A title that is much too long for a narrow side bar',
          updated: 0,
          messageCount: 9,
        },
      ],
      active: { id: 'c', title: 'What does load() do?', messages },
      attachments: [],
      usage: { tokens: 812, contextSize: 4096, droppedTurns: 0 },
      systemPrompt: 'Answer briefly.',
      draft: '',
      ...change,
    },
  };
}

const withEngine = (engine: ChatEngineView) => ({ message: snapshot([], { engine }) });

/** One thing a person can see, and how to bring it about. */
export interface ShownState {
  readonly message: ChatViewMessage;
  readonly then?: (chat: ChatPage) => Promise<void>;
  /** Text that must be there to read. */
  readonly shows?: string;
}

/** Every state of the chat page. */
export const states: Readonly<Record<string, ShownState>> = {
  empty: { message: snapshot([]), shows: 'Ask about your code' },
  answer: {
    message: snapshot([{ ...question, attachments: [chip] }, answer({ report })], {
      attachments: [chip, { ...chip, id: 'p', kind: 'problems', omitted: 200 }],
    }),
    shows: '80 of 88 drafted accepted',
  },
  streaming: {
    message: snapshot([
      question,
      answer({ text: text.slice(0, 300), verifiedLength: 230, state: { kind: 'streaming' } }),
    ]),
    shows: 'not checked yet',
  },
  reading: {
    message: snapshot([question, answer({ text: '', state: { kind: 'streaming' } })]),
    shows: 'Reading the prompt',
  },
  unchecked: {
    message: snapshot([
      question,
      answer({ verifiedLength: 0, report: { ...report, mode: 'fast', drafted: 0 } }),
    ]),
    shows: 'Not checked by the dense model.',
  },
  stopped: {
    message: snapshot([question, answer({ text: 'It reads', state: { kind: 'stopped' } })]),
    shows: 'Stopped.',
  },
  interrupted: {
    message: snapshot([
      question,
      answer({ text: 'It reads', state: { kind: 'stopped', interrupted: true } }),
    ]),
    shows: 'the window was closed or reloaded',
  },
  'older-failure': {
    message: snapshot([
      question,
      answer({ id: 'old', text: 'It', state: { kind: 'failed', failure: engineDown } }),
      { ...question, id: 'q2' },
      answer({ text: 'It loads.' }),
    ]),
    shows: 'The engine stopped',
  },
  replacing: {
    message: snapshot([
      question,
      answer({ id: 'old', text: 'It reads.' }),
      { ...question, id: 'q2' },
      answer({ text: 'It loads.' }),
    ]),
    then: async (chat) => {
      await chat.answers.first().hover();
      await chat.button('Regenerate').first().click();
    },
    shows: 'Everything after this message is replaced.',
  },
  failed: {
    message: snapshot(
      [
        question,
        answer({
          text: 'It reads the file and then',
          state: {
            kind: 'failed',
            failure: engineDown,
          },
        }),
      ],
      { engine: { kind: 'down', message: 'The engine stopped.', steps: ['restart-engine', 'show-log'] } },
    ),
    shows: 'Try again',
  },
  'context-full': {
    message: snapshot(
      [
        question,
        answer({
          text: 'It reads',
          state: {
            kind: 'failed',
            failure: {
              code: 'context-full',
              message: 'The conversation no longer fits.',
              steps: ['new-conversation', 'open-settings'],
            },
          },
        }),
      ],
      { usage: { tokens: 4090, contextSize: 4096, droppedTurns: 12 } },
    ),
    shows: 'New conversation',
  },
  starting: { ...withEngine({ kind: 'starting' }), shows: 'The engine is starting' },
  loading: {
    ...withEngine({ kind: 'loading', model: 'smollm2.gguf', step: 'weights', percent: 42 }),
    shows: '42%',
  },
  'no-model': {
    ...withEngine({
      kind: 'no-model',
      message: 'The model has not been downloaded yet.',
      steps: ['download-model', 'choose-model'],
    }),
    shows: 'Download the model',
  },
  'no-chat': {
    ...withEngine({ kind: 'no-chat', model: 'StarCoder2 3B', steps: ['choose-model'] }),
    shows: 'no chat template',
  },
  conversations: {
    message: snapshot([]),
    then: (chat) => chat.send({ type: 'showList' }),
    shows: '9 messages',
  },
  renaming: {
    message: snapshot([]),
    then: async (chat) => {
      await chat.send({ type: 'showList' });
      await chat.button('Rename').first().click();
    },
  },
  deleting: {
    message: snapshot([]),
    then: async (chat) => {
      await chat.send({ type: 'showList' });
      await chat.button('Delete').first().click();
    },
    shows: 'Keep',
  },
  'file-picker': {
    message: snapshot([]),
    then: (chat) => chat.input.fill('look at #lo'),
    shows: 'load.ts',
  },
  editing: {
    message: snapshot([question, answer({ text: 'It loads.' })]),
    then: async (chat) => {
      await chat.locator('article.user').hover();
      await chat.button('Edit and send again').click();
    },
    shows: 'Everything after this message is replaced.',
  },
  hostile: {
    message: snapshot([
      question,
      answer({
        text: '<script>window.harmed=1</script> [x](javascript:1) [y](command:z)\n\n```js\nif (a\u202E) {}\n```\n\nEnd \u202Eabc\u202C\n\n`````` code',
      }),
    ]),
    shows: 'U+202E',
  },
};
