import path from 'node:path';
import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import { notifications } from '../../contract/index.js';
import { LiveMeter } from '../generation/live-meter.js';
import { Scheduler } from '../generation/scheduler.js';
import type { EngineLog } from '../host/engine-log.js';
import { GpuSupport } from '../gpu/support.js';
import { ModelHost } from '../host/model-host.js';
import { SpeedCache } from '../host/speed-cache.js';
import { modelFolder } from '../models/folder.js';
import { ModelStore } from '../models/store.js';
import { registerHandlers } from './handlers/index.js';
import { notify } from './register.js';

/** Puts an engine behind a connection. */
export function serve(connection: MessageConnection, environment: NodeJS.ProcessEnv): void {
  const log: EngineLog = (level, message) => notify(connection, notifications.log, { level, message });
  const folder = modelFolder(environment);
  const profiles = path.join(folder, 'profiles');
  const store = new ModelStore(folder);
  const gpuSupport = GpuSupport.ofThisMachine(environment);
  const host = new ModelHost({
    profiles,
    hashes: store.hashes,
    log,
    onColumns: (done) =>
      notify(connection, notifications.progress, {
        done: Math.round(100 * done),
        total: 100,
        message: 'Layouts of input channels',
        task: 'layouts',
      }),
    onState: (state) => notify(connection, notifications.state, state),
    planGpu: () => gpuSupport.plan(),
    prefer: environment['SPARSE_PILOT_NATIVE'] === 'stock' ? 'stock' : 'own',
  });
  registerHandlers(connection, {
    host,
    store,
    gpuSupport,
    speeds: new SpeedCache(path.join(folder, 'speeds.json'), (why) =>
      log('warn', `What was measured of speeds is forgotten when the engine ends: ${why}`),
    ),
    log,
    scheduler: new Scheduler((running) => host.working(running)),
    meter: new LiveMeter((sample) => notify(connection, notifications.live, sample)),
    onDelta: (delta) => notify(connection, notifications.delta, delta),
    profiles,
    onProgress: (progress) => notify(connection, notifications.progress, progress),
    onDownload: (event) => notify(connection, notifications.download, event),
  });
}
