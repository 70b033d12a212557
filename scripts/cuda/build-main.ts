import { parseArgs } from 'node:util';
import { architectures, type Architecture } from './compile.js';
import { buildFullCuda } from './full.js';
import { relinkCuda } from './relink.js';
import { findToolkit } from './toolkit.js';

/**
 * `npm run build:cuda`: the whole CUDA backend from source; `-- --quick`: only our part, in front of node-llama-cpp's library.
 * `-- --archs 86,90` builds for these compute capabilities alone.
 */
const log = (line: string): void => console.error(`cuda: ${line}`);
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    archs: { type: 'string', default: architectures.join(',') },
  },
});
const isArchitecture = (name: string): name is Architecture => architectures.some((each) => each === name);
const named = values.archs.split(',');
const wanted = named.filter(isArchitecture);
if (wanted.length !== named.length) throw new Error(`--archs takes some of ${architectures.join(',')}`);
const toolkit = await findToolkit('backend', log);
const build = values.quick ? relinkCuda : buildFullCuda;
log(`${await build({ toolkit, architectures: wanted, log })} is ready`);
