/** The grammar file of each VS Code language identifier that has one. */
const grammars: ReadonlyMap<string, string> = new Map([
  ['typescript', 'typescript'],
  ['typescriptreact', 'tsx'],
  ['javascript', 'javascript'],
  ['javascriptreact', 'javascript'],
  ['python', 'python'],
  ['java', 'java'],
  ['go', 'go'],
  ['rust', 'rust'],
  ['c', 'cpp'],
  ['cpp', 'cpp'],
  ['cuda-cpp', 'cpp'],
  ['csharp', 'c-sharp'],
  ['ruby', 'ruby'],
  ['php', 'php'],
  ['shellscript', 'bash'],
  ['css', 'css'],
]);

/** The file name of a language's grammar; `undefined` where there is none. */
export function grammarFile(languageId: string): string | undefined {
  const name = grammars.get(languageId);
  return name === undefined ? undefined : `tree-sitter-${name}.wasm`;
}
