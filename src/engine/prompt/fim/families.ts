import type { HeaderStyle } from './header.js';
import type { FimOrder } from './order.js';
import { codestral } from './orders/codestral.js';
import { psm } from './orders/psm.js';
import { spm } from './orders/spm.js';
import { spmV2 } from './orders/spm-v2.js';

/**
 * How a family of models was trained to fill in. GGUF files carry token ids but not the order, so families are told apart by token
 * text, and by the model's name where two families share their tokens.
 */
export interface FimFamily {
  readonly id: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Null when the family has no such token. */
  readonly middle: string | null;
  readonly order: FimOrder;
  /** Separates files in front of the prompt, before their path. */
  readonly fileSeparator?: string;
  /** How the completed file is named, where the family was trained with its name. */
  readonly header?: HeaderStyle;
  /** Names the repository, in front of everything else of the header. */
  readonly repository?: string;
  /** Special tokens that end a completion although the file does not mark them as end of generation. */
  readonly stopTokens: readonly string[];
  readonly stopStrings?: readonly string[];
  /** Only models whose name matches belong to it. */
  readonly name?: RegExp;
}

/** Models that have the tokens but were not trained to fill in (their authors say so). */
export const untrainedNames = /opencoder|yi-coder/i;

/** In order: the first whose tokens the vocabulary has, and whose name matches, wins. */
export const fimFamilies: readonly FimFamily[] = [
  {
    id: 'mellum',
    prefix: '<fim_prefix>',
    suffix: '<fim_suffix>',
    middle: '<fim_middle>',
    order: spm,
    fileSeparator: '<filename>',
    header: 'separated',
    stopTokens: ['<filename>', '<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
    name: /mellum/i,
  },
  {
    id: 'seed-coder',
    prefix: '<[fim-prefix]>',
    suffix: '<[fim-suffix]>',
    middle: '<[fim-middle]>',
    order: spm,
    stopTokens: ['<[end▁of▁sentence]>', '<[fim-prefix]>', '<[fim-suffix]>', '<[fim-middle]>'],
  },
  {
    id: 'codegemma',
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    order: psm,
    fileSeparator: '<|file_separator|>',
    stopTokens: ['<|file_separator|>', '<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'],
    name: /gemma/i,
  },
  {
    id: 'qwen-coder',
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    order: psm,
    fileSeparator: '<|file_sep|>',
    header: 'separated',
    repository: '<|repo_name|>',
    stopTokens: [
      '<|fim_prefix|>',
      '<|fim_suffix|>',
      '<|fim_middle|>',
      '<|fim_pad|>',
      '<|repo_name|>',
      '<|file_sep|>',
      '<|file_separator|>',
      '<|endoftext|>',
      '<|im_end|>',
    ],
  },
  {
    // StarCoder's tokens, but trained to see prefix, suffix, middle only; of Granite's other order the form is not known.
    id: 'starcoder-psm',
    prefix: '<fim_prefix>',
    suffix: '<fim_suffix>',
    middle: '<fim_middle>',
    order: psm,
    fileSeparator: '<file_sep>',
    stopTokens: ['<file_sep>', '<filename>', '<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<fim_pad>'],
    name: /code-?qwen|stable-?code|refact|granite/i,
  },
  {
    id: 'starcoder',
    prefix: '<fim_prefix>',
    suffix: '<fim_suffix>',
    middle: '<fim_middle>',
    order: spmV2,
    fileSeparator: '<file_sep>',
    header: 'in-prefix',
    stopTokens: ['<file_sep>', '<filename>', '<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<fim_pad>'],
  },
  {
    id: 'santacoder',
    prefix: '<fim-prefix>',
    suffix: '<fim-suffix>',
    middle: '<fim-middle>',
    order: spmV2,
    stopTokens: ['<fim-prefix>', '<fim-suffix>', '<fim-middle>'],
  },
  {
    id: 'deepseek-coder',
    prefix: '<｜fim▁begin｜>',
    suffix: '<｜fim▁hole｜>',
    middle: '<｜fim▁end｜>',
    order: psm,
    stopTokens: ['<|EOT|>', '<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'],
  },
  {
    id: 'codellama',
    prefix: '▁<PRE>',
    suffix: '▁<SUF>',
    middle: '▁<MID>',
    order: spmV2,
    stopTokens: ['▁<EOT>', '▁<PRE>', '▁<SUF>', '▁<MID>'],
  },
  {
    id: 'codestral',
    prefix: '[PREFIX]',
    suffix: '[SUFFIX]',
    middle: null,
    order: codestral,
    header: 'marked',
    stopTokens: ['[PREFIX]', '[SUFFIX]'],
    stopStrings: ['\n+++++ '],
  },
];

/** A model whose file names its tokens and whose family is not known: prefix, suffix, middle is what most were trained with. */
export const declaredFamily: FimFamily = {
  id: 'declared',
  prefix: '',
  suffix: '',
  middle: null,
  order: psm,
  stopTokens: [],
};
