import { t } from '../../shared/l10n.js';
import { withoutBidiControls } from './clean.js';

/** What a person can do with a code block of an answer. */
export const codeUses = ['copy', 'insert', 'newFile', 'apply'] as const;
export type CodeUse = (typeof codeUses)[number];

export interface Code {
  readonly text: string;
  /** As the fence named it; empty when it did not. */
  readonly language: string;
}

const codes = new WeakMap<Element, Code>();

/** The code and use of a clicked toolbar button, if it was one. */
export function codeUseOf(target: Element): { readonly use: CodeUse; readonly code: Code } | undefined {
  const button = target.closest<HTMLElement>('[data-code-use]');
  const figure = button?.closest('figure');
  const use = codeUses.find((candidate) => candidate === button?.dataset['codeUse']);
  const code = figure ? codes.get(figure) : undefined;
  return use && code ? { use, code } : undefined;
}

/** Puts every code block under `root` into a figure with its language and a toolbar. */
export function frameCode(root: ParentNode): void {
  for (const pre of root.querySelectorAll('pre')) {
    const figure = document.createElement('figure');
    const code: Code = { text: withoutBidiControls(pre.textContent ?? ''), language: languageOf(pre) };
    codes.set(figure, code);
    pre.replaceWith(figure);
    pre.dir = 'ltr';
    figure.append(toolbar(code.language), pre);
  }
}

function languageOf(pre: Element): string {
  const name = pre.querySelector('code')?.className ?? '';
  return /language-([\w+#.-]+)/u.exec(name)?.[1] ?? '';
}

function toolbar(language: string): HTMLElement {
  const caption = document.createElement('figcaption');
  const label = document.createElement('span');
  label.className = 'quiet';
  label.textContent = language;
  caption.append(
    label,
    button('copy', 'copy', t('Copy code')),
    button('insert', 'insert', t('Insert at cursor')),
    button('newFile', 'new-file', t('Open as new file')),
    button('apply', 'diff', t('Apply to the current file…')),
  );
  return caption;
}

function button(use: CodeUse, icon: string, label: string): HTMLElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = `tool codicon codicon-${icon}`;
  element.dataset['codeUse'] = use;
  element.title = label;
  element.setAttribute('aria-label', label);
  return element;
}
