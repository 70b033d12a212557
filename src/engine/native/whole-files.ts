import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** @throws when the file is not there or holds no JSON object */
export async function readObject(file: string): Promise<object> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`${file} is not an object`);
  return value;
}

/**
 * A library that was cut short would end the process with a signal when it is opened: the sizes that its record lists tell.
 * @throws naming the first file that is missing or of another size
 */
export async function requireWhole(folder: string, record: object): Promise<void> {
  const files: unknown = Reflect.get(record, 'files');
  if (typeof files !== 'object' || files === null) throw new Error(`the record in ${folder} lists no files`);
  for (const [name, size] of Object.entries(files)) {
    const found = await stat(path.join(folder, name));
    if (found.size !== size) throw new Error(`${name} has ${found.size} bytes instead of ${String(size)}`);
  }
}
