import { requests } from '../../contract/protocol.js';
import { EngineError } from '../../engine/client/index.js';
import { errorWords } from '../engine/error-words.js';
import { NoModelError, type EngineService } from '../engine/service.js';
import type { Availability, CompletionEngine } from './core/engine-port.js';
import { Loading } from './core/loading.js';

const message = (error: unknown) => errorWords(error).message;

function unavailable(error: unknown): Availability {
  if (error instanceof NoModelError)
    return { kind: 'unavailable', outcome: 'no-model', message: error.message };
  const code = error instanceof EngineError ? error.code : undefined;
  if (code === 'cancelled') return { kind: 'unavailable', outcome: 'cancelled', message: message(error) };
  if (code === 'engine-down') return { kind: 'unavailable', outcome: 'engine-down', message: message(error) };
  if (code === 'model-unsupported')
    return { kind: 'unavailable', outcome: 'unsupported-model', message: message(error) };
  return { kind: 'unavailable', outcome: 'error', message: message(error) };
}

/** The engine process as the pipeline sees it. */
export class ServiceEngine implements CompletionEngine {
  private readonly loading = new Loading(() => this.load());

  public constructor(private readonly service: EngineService) {
    service.onState((state) => {
      if (state.kind === 'ready') this.loading.forget();
    });
    service.onChosen(() => this.loading.forget());
  }

  public async available(patience: 'wait' | 'look'): Promise<Availability> {
    const { model } = this.service;
    if (model?.completionRefused !== undefined)
      return { kind: 'unavailable', outcome: 'unsupported-model', message: model.completionRefused };
    if (model !== undefined) return { kind: 'ready' };
    return patience === 'wait' ? await this.loading.wait() : this.loading.look();
  }

  public async complete(...[request, onDelta, signal]: Parameters<CompletionEngine['complete']>) {
    return await this.service.client.stream(requests.complete, request, onDelta, signal);
  }

  private async load(): Promise<Availability> {
    try {
      const { completionRefused } = await this.service.readyAgain();
      if (completionRefused === undefined) return { kind: 'ready' };
      return { kind: 'unavailable', outcome: 'unsupported-model', message: completionRefused };
    } catch (error) {
      return unavailable(error);
    }
  }
}
