import type { CorrectionRow } from '../../contract/index.js';
import { samples, type Sample } from './samples.js';

/** One text to generate. Prompts are raw text, so that a base model and a chat model do the same work. */
export interface Task {
  readonly workload: CorrectionRow['workload'];
  readonly prompt: string;
  readonly maxTokens: number;
  readonly stopStrings: readonly string[];
}

const proseTokens = 256;
const completionTokens = 128;
const editTokens = 700;

/** The file, then the file again with a change: the first lines of the answer are given, so that the smallest models understand. */
function editTask({ language, text, change, rename }: Sample): Task {
  const edited = text.replaceAll(rename.from, rename.to);
  const given = edited.split('\n').slice(0, 3).join('\n');
  const prompt =
    `Here is a file.\n\`\`\`${language}\n${text}\`\`\`\n\n` +
    `The same file again, complete, with one change: ${change}.\n\`\`\`${language}\n${given}\n`;
  return { workload: 'edit', prompt, maxTokens: editTokens, stopStrings: ['```'] };
}

/** The cursor in the middle of the file: the prefix alone is the prompt. */
function completionTasks({ text }: Sample): Task[] {
  const lines = text.split('\n');
  return [0.4, 0.7].map((share) => ({
    workload: 'completion',
    prompt: lines.slice(0, Math.floor(lines.length * share)).join('\n') + '\n',
    maxTokens: completionTokens,
    stopStrings: [],
  }));
}

function proseTask({ language, text }: Sample): Task {
  const start = text.split('\n').slice(0, 30).join('\n');
  return {
    workload: 'prose',
    prompt: `\`\`\`${language}\n${start}\n\`\`\`\n\nWhat the code above does, explained to a beginner in full sentences:\n\nThis code`,
    maxTokens: proseTokens,
    stopStrings: [],
  };
}

export const workloads: readonly CorrectionRow['workload'][] = ['edit', 'completion', 'prose'];

export function tasksOf(workload: CorrectionRow['workload']): Task[] {
  switch (workload) {
    case 'edit':
      return samples.map(editTask);
    case 'completion':
      return samples.flatMap(completionTasks);
    case 'prose':
      return samples.map(proseTask);
  }
}
