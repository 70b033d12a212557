import * as vscode from 'vscode';
import { chatCommands, type Command } from '../../../contract/contributions/index.js';
import type { Attachment } from '../../../contract/index.js';
import { problemsOf, rangeOf } from '../context/attachments.js';
import type { ReadyQuestion } from '../ports.js';

/** Something the chat does with a piece of code. */
export interface Task {
  readonly command: Command;
  /** What the lightbulb calls it. */
  title(): string;
  /** In the user's language, so that the answer is. */
  question(languageId: string): string;
  /** Whether the problems reported in the piece go along. */
  readonly context: 'code' | 'code-and-problems';
}

export const tasks: readonly Task[] = [
  {
    command: chatCommands.explain,
    title: () => vscode.l10n.t('Explain With Sparse Pilot'),
    question: () => vscode.l10n.t('Explain what this code does, step by step.'),
    context: 'code',
  },
  {
    command: chatCommands.fix,
    title: () => vscode.l10n.t('Fix With Sparse Pilot'),
    question: () =>
      vscode.l10n.t(
        'Fix the problems in this code. Answer with the whole corrected piece in one code block, then one sentence on what was wrong.',
      ),
    context: 'code-and-problems',
  },
  {
    command: chatCommands.document,
    title: () => vscode.l10n.t('Document With Sparse Pilot'),
    question: (languageId) =>
      vscode.l10n.t(
        'Write documentation comments for this code in the usual style of {0}. Answer with the whole piece in one code block and change nothing else.',
        languageId,
      ),
    context: 'code',
  },
  {
    command: chatCommands.test,
    title: () => vscode.l10n.t('Write a Test With Sparse Pilot'),
    question: (languageId) =>
      vscode.l10n.t(
        'Write a unit test for this code with the usual test framework of {0}. Answer with one code block.',
        languageId,
      ),
    context: 'code',
  },
];

/** The question of a task about a range of a document; an empty range stands for its line. */
export function questionOf(task: Task, document: vscode.TextDocument, range: vscode.Range): ReadyQuestion {
  const problems = task.context === 'code-and-problems' ? problemsOf(document, range) : undefined;
  const attachments: readonly Attachment[] = [
    rangeOf(document, range),
    ...(problems?.kind === 'found' ? [problems.attachment] : []),
  ];
  return { text: task.question(document.languageId), attachments };
}
