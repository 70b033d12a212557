import { architectures, type Architecture } from './compile.js';
import { buildFullCuda } from './full.js';
import { relinkCuda } from './relink.js';
import { findToolkit } from './toolkit.js';

/**
 * `npm run build:cuda`: the whole CUDA backend from source; `-- --quick`: only our part, in front of node-llama-cpp's library.
 * `-- --archs 86,90` builds for these compute capabilities alone.
 */
const log = (line: string): void => console.error(`cuda: ${line}`);
const options = process.argv.slice(2);
const named = options[options.indexOf('--archs') + 1]?.split(',') ?? [];
const isArchitecture = (name: string): name is Architecture => architectures.some((each) => each === name);
const wanted = options.includes('--archs') ? named.filter(isArchitecture) : architectures;
if (wanted.length === 0) throw new Error(`--archs takes some of ${architectures.join(',')}`);
const toolkit = await findToolkit('backend', log);
const build = options.includes('--quick') ? relinkCuda : buildFullCuda;
log(`${await build({ toolkit, architectures: wanted, log })} is ready`);
