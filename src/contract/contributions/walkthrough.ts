import type { Walkthrough } from './contribution.js';

/** What a step of the walkthrough waits for: contexts of VS Code that become true when it happens. */
export const firstStepContexts = {
  modelReady: 'sparsePilot.modelReady',
  suggestionTaken: 'sparsePilot.suggestionTaken',
  measured: 'sparsePilot.measured',
  chatAnswered: 'sparsePilot.chatAnswered',
} as const;

const happened = (step: keyof typeof firstStepContexts) => `onContext:${firstStepContexts[step]}`;

/** "Get Started" of VS Code: a model, a first completion, a first measurement. */
export const firstSteps: Walkthrough = {
  id: 'firstSteps',
  title: 'Get Started with Sparse Pilot',
  text: 'Completion and chat on this machine, tuned by measuring.',
  steps: [
    {
      id: 'model',
      title: 'Choose a model',
      text: 'The model runs on this machine; nothing you type is sent anywhere. The recommended one fits your memory.\n[Choose Model](command:sparsePilot.chooseModel)\nYou have a GGUF file already? [Use It](command:sparsePilot.chooseModelFile)',
      media: 'model.svg',
      completionEvents: [happened('modelReady')],
    },
    {
      id: 'complete',
      title: 'Get a first completion',
      text: 'Open a file and type: a suggestion appears as grey text. Tab accepts it, Ctrl+Right a word of it, Escape sends it away.\n[Try an Example](command:sparsePilot.completion.example)',
      media: 'complete.svg',
      completionEvents: [happened('suggestionTaken')],
    },
    {
      id: 'measure',
      title: 'Measure this machine',
      text: 'The panel shows what every setting gains here and what it loses, measured against the dense model. Click a point to use it.\n[Measure Speed and Quality](command:sparsePilot.panel.measure)',
      media: 'measure.svg',
      completionEvents: [happened('measured')],
    },
    {
      id: 'chat',
      title: 'Ask in the chat',
      text: 'Select code and ask for an explanation, a fix or a test. The chat shares the model with completion, which always comes first.\n[Open Chat](command:sparsePilot.chat.open)',
      media: 'chat.svg',
      completionEvents: [happened('chatAnswered')],
    },
  ],
};
