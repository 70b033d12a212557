import { existsSync } from 'node:fs';
import path from 'node:path';
import { installCommand, managerProgram, managers } from '../setup/package-managers.js';

/** A program the native build needs that is not on the PATH. */
export class MissingTools extends Error {
  constructor(
    readonly tools: readonly string[],
    /** The one command that brings them on this system. */
    readonly command: string,
  ) {
    super(`The native build needs ${tools.join(', ')}, not found on the PATH. Install with: ${command}`);
    this.name = 'MissingTools';
  }
}

const required = ['git', 'cmake', 'ninja', 'g++'];

/** Debian's packages that bring everything the native build uses; ccache is optional but halves rebuilds. */
const packages = ['git', 'cmake', 'ninja-build', 'g++', 'ccache'];

export function findOnPath(tool: string, searchPath = process.env['PATH'] ?? ''): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, process.platform === 'win32' ? `${tool}.exe` : tool))
    .find((candidate) => existsSync(candidate));
}

/** @throws MissingTools naming every missing program and the one command that brings them. */
export function requireTools(searchPath = process.env['PATH'] ?? ''): void {
  const missing = required.filter((tool) => findOnPath(tool, searchPath) === undefined);
  if (missing.length === 0) return;
  const manager = managers.find((each) => findOnPath(managerProgram[each]) !== undefined) ?? null;
  throw new MissingTools(missing, installCommand(manager, packages));
}
