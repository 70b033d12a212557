import type * as vscode from 'vscode';
import type { EngineService } from '../engine/service.js';
import type { RecordLog } from './core/records/record.js';

/** Asks again, once, when the model has come into memory for a request that came too early. */
export function askAfterLoading(
  engine: EngineService,
  records: RecordLog,
  askAgain: () => void,
): vscode.Disposable {
  let loading = false;
  return engine.onState(({ kind }) => {
    if (kind === 'loading') loading = true;
    if (kind !== 'ready' || !loading) return;
    loading = false;
    if (records.all.at(-1)?.outcome === 'model-loading') askAgain();
  });
}
