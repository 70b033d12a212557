import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process/run.js';
import { logFolder } from './paths.js';
import { say } from './step.js';

/** A program or file that a step needs and that npm does not bring. */
interface Requirement {
  /** Any one of these on PATH will do; an absolute path is looked up as it is. */
  readonly anyOf: readonly string[];
  readonly debian: string;
  readonly homebrew?: string;
}

const compiler: readonly Requirement[] = [
  { anyOf: ['g++', 'clang++'], debian: 'g++', homebrew: 'llvm' },
  { anyOf: ['git'], debian: 'git', homebrew: 'git' },
];

/** What each part of set-up needs. */
export const requirements = {
  native: [
    ...compiler,
    { anyOf: ['cmake'], debian: 'cmake', homebrew: 'cmake' },
    { anyOf: ['ninja'], debian: 'ninja-build', homebrew: 'ninja' },
    { anyOf: ['ccache'], debian: 'ccache', homebrew: 'ccache' },
  ],
  lint: [{ anyOf: ['clang-format'], debian: 'clang-format', homebrew: 'clang-format' }],
  workbench: [
    ...compiler,
    { anyOf: ['make'], debian: 'make', homebrew: 'make' },
    { anyOf: ['python3'], debian: 'python3', homebrew: 'python3' },
  ],
  cuda: [
    ...compiler,
    { anyOf: ['python3'], debian: 'python3', homebrew: 'python3' },
    { anyOf: ['pip3', 'pip'], debian: 'python3-pip', homebrew: 'python3' },
  ],
  browser: [
    { anyOf: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium', homebrew: 'chromium' },
    { anyOf: ['/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf'], debian: 'fonts-dejavu-core' },
  ],
} as const satisfies Record<string, readonly Requirement[]>;

/** The first of these names found on PATH, as an absolute path, or null. */
export async function findProgram(names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const folders = path.isAbsolute(name) ? [''] : (process.env['PATH'] ?? '').split(path.delimiter);
    for (const folder of folders) {
      const candidate = path.join(folder, name);
      const mode = path.isAbsolute(name) ? constants.R_OK : constants.X_OK;
      const found = await access(candidate, mode).then(
        () => true,
        () => false,
      );
      if (found) return candidate;
    }
  }
  return null;
}

/**
 * Makes sure that everything a part of set-up needs is there. On Debian as root the missing packages are installed.
 * @throws Error naming what is missing and the one command that brings it
 */
export async function need(part: keyof typeof requirements): Promise<void> {
  const wanted: readonly Requirement[] = requirements[part];
  const missing: Requirement[] = [];
  for (const requirement of wanted) {
    // The font check is about Debian's bare images; elsewhere a system font is always there.
    if (requirement.homebrew === undefined && process.platform !== 'linux') continue;
    if ((await findProgram(requirement.anyOf)) === null) missing.push(requirement);
  }
  if (missing.length === 0) return;
  const packages = missing.map((requirement) => requirement.debian);
  if (await isDebianRoot()) {
    say('packages', `installing ${packages.join(' ')}`);
    const logFile = path.join(logFolder, 'apt.log');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const wait = ['-o', 'DPkg::Lock::Timeout=600'];
    await run('apt-get', ['update', ...wait], { logFile, env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...wait, ...packages], {
      logFile,
      env,
    });
    return;
  }
  const names = missing.map((requirement) => requirement.anyOf[0]).join(', ');
  throw new Error(`Missing: ${names}. This brings them:\n    ${installCommand(missing)}`);
}

function installCommand(missing: readonly Requirement[]): string {
  if (process.platform === 'darwin') {
    return `brew install ${missing.map((requirement) => requirement.homebrew ?? requirement.debian).join(' ')}`;
  }
  return `sudo apt-get update && sudo apt-get install -y ${missing.map((requirement) => requirement.debian).join(' ')}`;
}

async function isDebianRoot(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const debian = await readFile('/etc/debian_version', 'utf8').catch(() => null);
  return debian !== null && (await findProgram(['apt-get'])) !== null;
}
