import path from 'node:path';

const languages: ReadonlyMap<string, string> = new Map([
  ['.c', 'c'],
  ['.cc', 'cpp'],
  ['.cpp', 'cpp'],
  ['.cs', 'csharp'],
  ['.css', 'css'],
  ['.go', 'go'],
  ['.h', 'cpp'],
  ['.hpp', 'cpp'],
  ['.html', 'html'],
  ['.java', 'java'],
  ['.js', 'javascript'],
  ['.jsx', 'javascriptreact'],
  ['.json', 'json'],
  ['.kt', 'kotlin'],
  ['.md', 'markdown'],
  ['.mjs', 'javascript'],
  ['.php', 'php'],
  ['.py', 'python'],
  ['.rb', 'ruby'],
  ['.rs', 'rust'],
  ['.sh', 'shellscript'],
  ['.swift', 'swift'],
  ['.ts', 'typescript'],
  ['.tsx', 'typescriptreact'],
]);

/** VS Code's language id of a file by its ending. */
export const languageOf = (file: string): string =>
  languages.get(path.extname(file).toLowerCase()) ?? 'plaintext';
