import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import { requests } from '../../../contract/index.js';
import { register } from '../register.js';
import type { Services } from '../services.js';
import { chat, chatUsage } from './chat.js';
import { complete } from './complete.js';
import { generate } from './generate.js';
import { getGpuSupport } from './gpu.js';
import { hello } from './hello.js';
import { calibrateModel, findCalibrationSources, sweepModel } from './measure.js';
import { load } from './load.js';
import { downloadModel, listModels } from './models.js';
import { detokenize, tokenize } from './tokens.js';

/** Puts every request of the contract on the connection. */
export function registerHandlers(connection: MessageConnection, services: Services): void {
  const { host } = services;
  register(connection, requests.hello, hello(services));
  register(connection, requests.state, () => Promise.resolve(host.state));
  register(connection, requests.loadModel, load(services));
  register(connection, requests.unloadModel, async () => {
    await host.unload();
    return null;
  });
  register(connection, requests.listModels, listModels(services));
  register(connection, requests.downloadModel, downloadModel(services));
  register(connection, requests.getGpuSupport, getGpuSupport(services));
  register(connection, requests.tokenize, tokenize(services));
  register(connection, requests.detokenize, detokenize(services));
  register(connection, requests.generate, generate(services));
  register(connection, requests.complete, complete(services));
  register(connection, requests.chat, chat(services));
  register(connection, requests.chatUsage, chatUsage(services));
  register(connection, requests.sweep, sweepModel(services));
  register(connection, requests.calibrationSources, findCalibrationSources);
  register(connection, requests.calibrate, calibrateModel(services));
}
