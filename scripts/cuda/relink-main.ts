import { findToolkit } from './toolkit.js';
import { relinkCuda } from './relink.js';

const log = (line: string): void => console.error(`cuda: ${line}`);
const toolkit = await findToolkit('backend', log);
log(`${await relinkCuda({ toolkit, log })} is ready`);
