import type { Command } from 'commander';
import { benchCommand } from './bench.js';
import { calibrateCommand } from './calibrate.js';
import { completeCommand } from './complete.js';
import { doctorCommand } from './doctor.js';
import { generateCommand } from './generate.js';
import { gpuCommand } from './gpu.js';
import { modelsCommand } from './models.js';
import { replayCommand } from './replay.js';

/** Every command, in the order of the help text. */
export const commands: readonly ((program: Command) => void)[] = [
  completeCommand,
  generateCommand,
  modelsCommand,
  gpuCommand,
  benchCommand,
  calibrateCommand,
  replayCommand,
  doctorCommand,
];
