/** What brings packages on a system. */
export const managers = ['apt', 'dnf', 'pacman', 'zypper', 'brew', 'winget'] as const;
export type Manager = (typeof managers)[number];

/** The program that tells that a manager is there. */
export const managerProgram: Readonly<Record<Manager, string>> = {
  apt: 'apt-get',
  dnf: 'dnf',
  pacman: 'pacman',
  zypper: 'zypper',
  brew: 'brew',
  winget: 'winget',
};

/** Apple's own compiler and git come with its command line tools, not with a package. */
const appleTools = 'xcode-select --install';

/** What Debian's packages are called elsewhere, where they are called otherwise. */
const names: Readonly<Record<string, Partial<Record<Manager, string>>>> = {
  'g++': { dnf: 'gcc-c++', pacman: 'gcc', zypper: 'gcc-c++', brew: appleTools, winget: 'LLVM.LLVM' },
  git: { brew: appleTools, winget: 'Git.Git' },
  cmake: { winget: 'Kitware.CMake' },
  'ninja-build': { pacman: 'ninja', zypper: 'ninja', brew: 'ninja', winget: 'Ninja-build.Ninja' },
  ccache: { winget: 'Ccache.Ccache' },
  make: { brew: appleTools, winget: 'ezwinports.make' },
  'clang-format': {
    dnf: 'clang-tools-extra',
    pacman: 'clang',
    zypper: 'clang-tools',
    winget: 'LLVM.LLVM',
  },
  python3: { pacman: 'python', brew: 'python', winget: 'Python.Python.3.13' },
  'python3-pip': { pacman: 'python-pip', brew: 'python', winget: 'Python.Python.3.13' },
  chromium: { brew: '--cask google-chrome', winget: 'Google.Chrome' },
  'fonts-dejavu-core': { dnf: 'dejavu-sans-mono-fonts', pacman: 'ttf-dejavu', zypper: 'dejavu-fonts' },
};

const commands: Readonly<Record<Manager, (packages: string) => string>> = {
  apt: (packages) => `sudo apt-get update && sudo apt-get install -y ${packages}`,
  dnf: (packages) => `sudo dnf install -y ${packages}`,
  pacman: (packages) => `sudo pacman -S --needed ${packages}`,
  zypper: (packages) => `sudo zypper install -y ${packages}`,
  brew: (packages) => `brew install ${packages}`,
  winget: (packages) => `winget install ${packages}`,
};

/**
 * The one line that brings packages.
 * @param manager null where none is known: the line then names the packages
 * @param packages Debian's names
 */
export function installCommand(manager: Manager | null, packages: readonly string[]): string {
  if (manager === null) return `Install with your package manager: ${packages.join(' ')}`;
  const local = [...new Set(packages.map((name) => names[name]?.[manager] ?? name))];
  const fromManager = local.filter((name) => name !== appleTools);
  const steps = [
    ...(local.includes(appleTools) ? [appleTools] : []),
    ...(fromManager.length > 0 ? [commands[manager](fromManager.join(' '))] : []),
  ];
  return steps.join(' && ');
}
