import { existsSync } from 'node:fs';
import path from 'node:path';

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

/** Debian and Ubuntu packages that bring everything the native build uses; ccache is optional but halves rebuilds. */
export const debianPackages = ['git', 'cmake', 'ninja-build', 'g++', 'ccache'] as const;

export function findOnPath(tool: string, searchPath = process.env['PATH'] ?? ''): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, process.platform === 'win32' ? `${tool}.exe` : tool))
    .find((candidate) => existsSync(candidate));
}

function installCommand(): string {
  if (process.platform === 'darwin') return 'xcode-select --install; brew install cmake ninja ccache';
  if (findOnPath('apt-get') !== undefined) return `sudo apt-get install -y ${debianPackages.join(' ')}`;
  if (findOnPath('dnf') !== undefined) return 'sudo dnf install -y git cmake ninja-build gcc-c++ ccache';
  if (findOnPath('pacman') !== undefined) return 'sudo pacman -S --needed git cmake ninja gcc ccache';
  return `install ${required.join(', ')} with your package manager`;
}

/** @throws MissingTools naming every missing program and the one command that brings them. */
export function requireTools(searchPath = process.env['PATH'] ?? ''): void {
  const missing = required.filter((tool) => findOnPath(tool, searchPath) === undefined);
  if (missing.length > 0) throw new MissingTools(missing, installCommand());
}
