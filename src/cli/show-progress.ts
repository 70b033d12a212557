import { notifications } from '../contract/index.js';
import type { LoadedEngine } from './with-engine.js';

/** Shows the progress of the measurement that runs. The result stops that. */
export const showProgress = ({ client, status }: LoadedEngine, step: string): (() => void) =>
  client.on(notifications.progress, ({ done, total, message }) => {
    const percent = total > 0 ? `${Math.round((done / total) * 100)}%` : '';
    status.show(step, `${percent} ${message}`.trim());
  });
