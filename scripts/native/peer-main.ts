import { buildPeer } from './tool-programs.js';

process.stdout.write(`${await buildPeer()}\n`);
