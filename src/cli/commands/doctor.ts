import type { Command } from 'commander';
import { examine } from '../doctor/examine.js';

interface DoctorFlags {
  readonly json?: true;
}

const marks = { ok: 'ok     ', note: 'note   ', missing: 'MISSING' } as const;

/** `doctor`: what was found, what is missing, what to do. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check this machine: native build, model, memory, tools')
    .option('--json', 'print JSON')
    .action(async (flags: DoctorFlags) => {
      const findings = await examine();
      if (flags.json === true) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else
        for (const { name, state, words, nextStep } of findings)
          process.stdout.write(
            `${marks[state]} ${name}: ${words}${nextStep === undefined ? '' : `\n        ${nextStep}`}\n`,
          );
      const missing = findings.filter(({ state }) => state === 'missing').map(({ name }) => name);
      if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
    });
}
