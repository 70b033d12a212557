import { totalmem } from 'node:os';
import { protocolVersion, type EngineInfo } from '../../../contract/index.js';
import { EngineError } from '../../engine-error.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

/** Refuses a client of another version; loads the native build so that it can be named. */
export const hello =
  ({ host }: Services): Handler<{ readonly protocolVersion: number }, EngineInfo> =>
  async ({ protocolVersion: asked }) => {
    if (asked !== protocolVersion)
      throw new EngineError(
        'bad-request',
        `The client speaks version ${asked} of the protocol, this engine version ${protocolVersion}.`,
        'Reinstall the extension.',
      );
    return {
      protocolVersion,
      pid: process.pid,
      native: await host.build(),
      gpu: await host.gpu(),
      threads: await host.threads(),
      totalMemory: totalmem(),
    };
  };
