import { execFileSync } from 'node:child_process';

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): readonly ProcessRow[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/u.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, parent, command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      command: command ?? '',
    }));
}

/** The process ids of the engines that run under a server: its descendants that run dist/engine.js, oldest first. */
export function enginesOf(serverPid: number): readonly number[] {
  const rows = processes();
  const family = new Set([serverPid]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of rows) {
      if (!family.has(parent) || family.has(pid)) continue;
      family.add(pid);
      grown = true;
    }
  }
  return rows
    .filter(({ pid, command }) => family.has(pid) && /dist\/engine\.js/u.test(command))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
}
