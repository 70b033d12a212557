import { homedir } from 'node:os';
import path from 'node:path';

/** A path whose leading `~` is the user's home folder: a shell leaves it in `--model=~/m.gguf`, and settings have no shell at all. */
export function expandHome(file: string, home: string = homedir()): string {
  return /^~(?=$|[\\/])/u.test(file) ? path.join(home, file.slice(1)) : file;
}
