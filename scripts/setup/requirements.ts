import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process/run.js';
import { installCommand, managerProgram, managers, type Manager } from './package-managers.js';
import { logFolder } from './paths.js';
import { say } from './step.js';

/** A program or file that a step needs and that npm does not bring. */
interface Requirement {
  /** Any one of these on PATH will do; an absolute path is looked up as it is. */
  readonly anyOf: readonly string[];
  /** Debian's package. */
  readonly brings: string;
  /** It only makes the step quicker: its absence alone keeps nothing from running. */
  readonly optional?: true;
  /** Elsewhere it is always there. */
  readonly onlyOn?: NodeJS.Platform;
}

const compiler: readonly Requirement[] = [
  { anyOf: ['g++', 'clang++'], brings: 'g++' },
  { anyOf: ['git'], brings: 'git' },
];
const browsers = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const fonts = [
  '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf',
  '/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf',
  '/usr/share/fonts/TTF/DejaVuSansMono.ttf',
];

/** What each part of set-up needs. */
export const requirements = {
  native: [
    ...compiler,
    { anyOf: ['cmake'], brings: 'cmake' },
    { anyOf: ['ninja'], brings: 'ninja-build' },
    { anyOf: ['ccache'], brings: 'ccache', optional: true },
  ],
  lint: [{ anyOf: ['clang-format'], brings: 'clang-format' }],
  workbench: [
    ...compiler,
    { anyOf: ['make'], brings: 'make' },
    { anyOf: ['python3', 'python'], brings: 'python3' },
  ],
  cuda: [
    ...compiler,
    { anyOf: ['python3'], brings: 'python3' },
    { anyOf: ['pip3', 'pip'], brings: 'python3-pip' },
  ],
  browser: [
    { anyOf: browsers, brings: 'chromium' },
    // Debian's bare images have none at all.
    { anyOf: fonts, brings: 'fonts-dejavu-core', onlyOn: 'linux' },
  ],
} as const satisfies Record<string, readonly Requirement[]>;

/** Names under which a program may lie in a folder of PATH. */
const fileNames = (name: string): readonly string[] =>
  process.platform === 'win32' && path.extname(name) === '' ? [`${name}.exe`, `${name}.cmd`] : [name];

/** The first of these names found on PATH, as an absolute path, or null. */
export async function findProgram(names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const absolute = path.isAbsolute(name);
    const folders = absolute ? [''] : (process.env['PATH'] ?? '').split(path.delimiter);
    const candidates = folders.flatMap((folder) => fileNames(name).map((file) => path.join(folder, file)));
    for (const candidate of candidates) {
      const found = await access(candidate, absolute ? constants.R_OK : constants.X_OK).then(
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
  const missing = await missingOf(part);
  if (missing.length === 0) return;
  const packages = missing.map(({ brings }) => brings);
  if (await isDebianRoot()) return await installOnDebian(packages);
  const required = missing.filter(({ optional }) => optional !== true);
  const command = installCommand(await packageManager(), packages);
  const names = (some: readonly Requirement[]): string =>
    some.map(({ anyOf }) => path.basename(anyOf[0] ?? '')).join(', ');
  if (required.length > 0) throw new Error(`Missing: ${names(required)}. This brings them:\n    ${command}`);
  say('packages', `${names(missing)} would make builds quicker: ${command}`);
}

async function missingOf(part: keyof typeof requirements): Promise<readonly Requirement[]> {
  const wanted: readonly Requirement[] = requirements[part];
  const here = wanted.filter(({ onlyOn = process.platform }) => onlyOn === process.platform);
  const found = await Promise.all(here.map(({ anyOf }) => findProgram(anyOf)));
  return here.filter((_, index) => found[index] === null);
}

async function installOnDebian(packages: readonly string[]): Promise<void> {
  say('packages', `installing ${packages.join(' ')}`);
  const logFile = path.join(logFolder, 'apt.log');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=600'];
  await run('apt-get', ['update', ...wait], { logFile, env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...wait, ...packages], { logFile, env });
}

/** The first package manager that is on PATH, or null. */
async function packageManager(): Promise<Manager | null> {
  for (const manager of managers) if ((await findProgram([managerProgram[manager]])) !== null) return manager;
  return null;
}

async function isDebianRoot(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const debian = await readFile('/etc/debian_version', 'utf8').catch(() => null);
  return debian !== null && (await findProgram(['apt-get'])) !== null;
}
