import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { calibration, measurement } from '../../border/panel-results.js';
import { check, type Schema } from '../../border/check.js';
import type { CalibrationOutcome, Measurement } from '../../contract/index.js';

/** What results belong to. */
export interface ResultKey {
  readonly model: string;
  readonly machine: string;
}

type Kind = 'measurement' | 'calibration';

/** Measurements and calibrations, a file each a model and machine, in the extension's own storage. */
export class ResultsStore {
  constructor(
    private readonly folder: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async measurement(key: ResultKey): Promise<Measurement | null> {
    return await this.#read('measurement', key, measurement);
  }

  async calibration(key: ResultKey): Promise<CalibrationOutcome | null> {
    return await this.#read('calibration', key, calibration);
  }

  async keepMeasurement(key: ResultKey, value: Measurement): Promise<void> {
    await this.#write('measurement', key, value);
  }

  async keepCalibration(key: ResultKey, value: CalibrationOutcome): Promise<void> {
    await this.#write('calibration', key, value);
  }

  async #read<T>(kind: Kind, key: ResultKey, schema: Schema<T>): Promise<T | null> {
    const file = this.#file(kind, key);
    let bytes: Uint8Array;
    try {
      bytes = await vscode.workspace.fs.readFile(file);
    } catch {
      return null;
    }
    const checked = check(schema, parse(bytes));
    if (checked.ok) return checked.value;
    this.log.warn(`${file.fsPath} was ignored: ${checked.reason}`);
    return null;
  }

  async #write(kind: Kind, key: ResultKey, value: object): Promise<void> {
    await vscode.workspace.fs.createDirectory(this.folder);
    const file = this.#file(kind, key);
    const draft = file.with({ path: `${file.path}.part` });
    await vscode.workspace.fs.writeFile(draft, Buffer.from(JSON.stringify(value)));
    await vscode.workspace.fs.rename(draft, file, { overwrite: true });
  }

  #file(kind: Kind, { model, machine }: ResultKey): vscode.Uri {
    const name = createHash('sha256').update(`${model}\n${machine}`).digest('hex').slice(0, 24);
    return vscode.Uri.joinPath(this.folder, `${kind}-${name}.json`);
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
