#!/usr/bin/env node
import { createProgram } from './program.js';
import { endWithReader } from './end-with-reader.js';
import { runProgram } from './run-program.js';

for (const stream of [process.stdout, process.stderr]) endWithReader(stream);
process.exitCode = await runProgram(createProgram(), process.argv);
