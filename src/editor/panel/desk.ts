import * as vscode from 'vscode';
import {
  notifications,
  type CalibrationOutcome,
  type CalibrationPlan,
  type Comparison,
  type LiveSample,
  type Measurement,
  type PanelState,
} from '../../contract/index.js';
import { EngineError } from '../../engine/client/index.js';
import type { Ctx } from '../ctx.js';
import type { RequestAt } from '../completion/register.js';
import type { StatisticsStore } from '../completion/statistics/store.js';
import { errorWords } from '../engine/error-words.js';
import { NoModelError } from '../engine/service.js';
import { activeProfileName } from '../profiles/active.js';
import { engineView } from './engine-view.js';
import { readKnobs } from './knobs/knobs.js';
import { LiveHistory } from './live/live-history.js';
import { machineId, thisMachine } from './measure/machine.js';
import { ResultsStore, type ResultKey } from './results-store.js';
import { Tasks, type Failure } from './tasks/tasks.js';

/** What measuring, calibrating and comparing have given so far, for the model in use. */
export interface Results {
  readonly measurement: Measurement | null;
  readonly plan: CalibrationPlan | null;
  /** Absolute path of the planned folder; it does not go to the page. */
  readonly planFolder: string | null;
  readonly calibration: CalibrationOutcome | null;
  readonly comparison: Comparison | null;
}

const noResults: Results = {
  measurement: null,
  plan: null,
  planFolder: null,
  calibration: null,
  comparison: null,
};

/** Everything the trade-off panel shows, whether or not it is open. */
export class Desk implements vscode.Disposable {
  readonly history = new LiveHistory();
  readonly tasks: Tasks;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #live = new vscode.EventEmitter<LiveSample>();
  readonly #store: ResultsStore;
  readonly #listeners: readonly vscode.Disposable[];
  #results = noResults;
  #shownModel: string | null = null;
  #modelMissing = false;
  readonly onChange = this.#changed.event;
  readonly onLive = this.#live.event;

  constructor(
    private readonly ctx: Ctx,
    readonly acceptance: StatisticsStore,
    readonly requestAt: RequestAt,
  ) {
    const folder = vscode.Uri.joinPath(ctx.extension.globalStorageUri, 'measurements');
    this.#store = new ResultsStore(folder, ctx.log);
    this.tasks = new Tasks(
      () => this.#changed.fire(),
      (error) => this.#explain(error),
    );
    const stopLive = ctx.engine.client.on(notifications.live, (sample) => {
      this.history.add(sample);
      this.#live.fire(sample);
    });
    this.#listeners = [
      { dispose: stopLive },
      ctx.engine.onState(() => this.#onEngineState()),
      ctx.engine.onChosen(() => this.#onChosen()),
      acceptance.onChange(() => this.#changed.fire()),
    ];
    this.#onEngineState();
  }

  get results(): Results {
    return this.#results;
  }

  state(): PanelState {
    const { engine, settings } = this.ctx;
    const { measurement, plan, calibration, comparison } = this.#results;
    return {
      engine: engineView({
        state: engine.state,
        native: engine.client.info?.native ?? null,
        modelMissing: this.#modelMissing,
      }),
      knobs: readKnobs(settings, engine.model?.selectors ?? []),
      profile: activeProfileName(settings),
      tasks: this.tasks.states,
      measurement,
      plan,
      calibration,
      comparison,
      acceptance: this.acceptance.statistics,
    };
  }

  /** Shows new results; measurements and calibrations are kept for the model and machine they were made with. */
  async keep(results: Partial<Results>): Promise<void> {
    this.#results = { ...this.#results, ...results };
    if (results.measurement) this.ctx.firstSteps.happened('measured');
    this.#changed.fire();
    const key = this.key();
    if (key === null) return;
    if (results.measurement) await this.#store.keepMeasurement(key, results.measurement);
    if (results.calibration) await this.#store.keepCalibration(key, results.calibration);
  }

  /** What results belong to now; null while no model is loaded. */
  key(): ResultKey | null {
    const { engine } = this.ctx;
    if (engine.model === undefined) return null;
    return {
      model: engine.model.identity.sha256,
      machine: machineId(thisMachine(engine.client.info?.native ?? null)),
    };
  }

  /** Brings the model into memory because the user asked for it; that there is none is shown, not thrown. */
  async wake(): Promise<void> {
    try {
      await this.ctx.engine.readyAgain();
    } catch (error) {
      this.#modelMissing = error instanceof NoModelError;
      this.ctx.log.debug(`Panel: ${String(error)}`);
    }
    this.#changed.fire();
  }

  /** The settings changed: knobs and profile are read again. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.tasks.dispose();
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
    this.#live.dispose();
  }

  #onEngineState(): void {
    const { model } = this.ctx.engine;
    if (model !== undefined) {
      this.#modelMissing = false;
      this.ctx.firstSteps.happened('modelReady');
      if (model.identity.sha256 !== this.#shownModel) {
        this.#shownModel = model.identity.sha256;
        void this.#restore();
      }
    }
    this.#changed.fire();
  }

  /** Whether there is the model that was chosen now is not known yet. */
  #onChosen(): void {
    this.#modelMissing = false;
    this.#changed.fire();
  }

  async #restore(): Promise<void> {
    const key = this.key();
    if (key === null) return;
    const [measurement, calibration] = await Promise.all([
      this.#store.measurement(key),
      this.#store.calibration(key),
    ]);
    if (this.#shownModel !== key.model) return;
    if (measurement !== null) this.ctx.firstSteps.happened('measured');
    this.#results = {
      ...noResults,
      plan: this.#results.plan,
      planFolder: this.#results.planFolder,
      measurement,
      calibration,
    };
    this.#changed.fire();
  }

  #explain(error: unknown): Failure | null {
    if (error instanceof EngineError && error.code === 'cancelled') return null;
    this.ctx.log.error(`Panel: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (error instanceof NoModelError) this.#modelMissing = true;
    const { message, nextStep } = errorWords(error);
    return { message, nextStep: nextStep ?? null };
  }
}
