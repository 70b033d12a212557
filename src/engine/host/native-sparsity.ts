import type { LlamaContext } from 'node-llama-cpp';
import {
  selectorIds,
  type SelectorAvailability,
  type SelectorId,
  type SparsityReport,
  type SparsityRequest,
} from '../../contract/index.js';
import type { LoopContext } from '../correction/context.js';
import { skipsInputs, SparseContext, SparseEngine, type NativeBinding } from '../native/index.js';
import {
  denseControl,
  denseReport,
  denseRequest,
  wantsSparsity,
  type SparsityControl,
  type Turn,
} from './sparsity-control.js';
import { tooLarge } from './layout-memory.js';
import { offByRatio, withRatios } from './selector-ratios.js';
import { unavailable, type OpenContext, type SparsityOptions } from './backend.js';

const probedSequence = 0;
const probedDensity = 0.5;
/** Completion's and chat's. */
const profiledSequences = [0, 1];

/** The sparse engine of our native build on a context. A model that cannot be sparse runs dense, with the reason. */
export async function openNativeSparsity(
  binding: NativeBinding,
  context: LlamaContext,
  loop: LoopContext,
  modelPath: string,
  { layouts, threads, linears, modelSha256, onProgress, onColumns, signal }: SparsityOptions,
): Promise<Pick<OpenContext, 'sparsity' | 'sparseEngine'>> {
  if (!layouts) return off('Sparse layouts are switched off in the settings.');
  const refused = tooLarge(linears.feedForward);
  if (refused !== null) return off(refused);
  try {
    const refuseColumns = (): string | null => tooLarge(linears.all);
    const engine = await SparseEngine.open(binding, modelPath, {
      ...{ threads, onProgress, onColumns, refuseColumns, signal },
    });
    const sparse = await SparseContext.attach(context, engine);
    return {
      sparsity: new NativeSparsity(sparse, loop, await availability(sparse), modelSha256),
      sparseEngine: engine,
    };
  } catch (error) {
    signal.throwIfAborted();
    return off(error instanceof Error ? error.message : String(error));
  }
}

const off = (reason: string) => ({
  sparsity: denseControl(unavailable(selectorIds, reason), reason),
  sparseEngine: null,
});

class NativeSparsity implements SparsityControl {
  readonly #sparse: SparseContext;
  readonly #loop: LoopContext;
  readonly #requests = new Map<number, SparsityRequest>();
  readonly #selectors: readonly SelectorAvailability[];
  #profile: string | null = null;
  #refused: string | null = null;
  #ratios: ReadonlyMap<SelectorId, number> = new Map();

  constructor(
    sparse: SparseContext,
    loop: LoopContext,
    selectors: readonly SelectorAvailability[],
    private readonly modelSha256: string,
  ) {
    this.#sparse = sparse;
    this.#loop = loop;
    this.#selectors = selectors;
  }

  get selectors(): readonly SelectorAvailability[] {
    return this.#refused === null
      ? withRatios(this.#selectors, this.#ratios)
      : unavailable(selectorIds, this.#refused);
  }

  get profile(): string | null {
    return this.#profile;
  }

  get extraMemoryBytes(): number {
    return this.#sparse.engine.info.extraBytes;
  }

  async begin(sequence: number, request: SparsityRequest, { kept, signal }: Turn): Promise<string | null> {
    let reason = wantsSparsity(request) ? this.#refusal(request) : null;
    let effective = reason === null && wantsSparsity(request) ? request : denseRequest;
    try {
      await this.#sparse.configure(sequence, effective, signal);
    } catch (error) {
      if (!skipsInputs(effective.selector)) throw error;
      reason = error instanceof Error ? error.message : String(error);
      effective = denseRequest;
      await this.#sparse.configure(sequence, effective);
    }
    this.#requests.set(sequence, effective);
    await this.#sparse.beginRequest(sequence, kept);
    await this.#sparse.clearCounters(sequence);
    return reason;
  }

  async select(sequence: number): Promise<void> {
    this.#loop.sparsityKey = keyOf(this.#requests.get(sequence) ?? denseRequest);
    await this.#sparse.select(sequence);
  }

  async report(sequence: number): Promise<SparsityReport> {
    return wantsSparsity(this.#requests.get(sequence)) ? await this.#sparse.report(sequence) : denseReport;
  }

  async useProfile(path: string): Promise<string | null> {
    try {
      const profile = this.#sparse.engine.binding.spOpenProfile(path, this.modelSha256);
      for (const sequence of profiledSequences) await this.#sparse.setProfile(sequence, profile);
      this.#profile = path;
      this.#refused = null;
    } catch (error) {
      this.#refused = `${path}: ${error instanceof Error ? error.message : String(error)}`;
    }
    return this.#refused;
  }

  async dispose(): Promise<void> {
    this.#sparse.engine.stopBuilding();
    await this.#sparse.dispose();
  }

  useRatios(ratios: ReadonlyMap<SelectorId, number>): void {
    this.#ratios = new Map([...this.#ratios, ...ratios]);
  }

  #refusal(request: SparsityRequest): string | null {
    const { selector } = request;
    const found = this.selectors.find((candidate) => candidate.selector === selector);
    if (found?.available === true) return offByRatio(request, this.#ratios.get(selector));
    return found?.reason ?? `There is no selector ${selector}.`;
  }
}

/** Names a configuration: each is timed on its own. */
function keyOf({ selector, density, denseLayers = [], ...more }: SparsityRequest): string {
  if (selector === 'none') return '';
  const { hold, weightNorm, decay, layerDensity } = more;
  const options = JSON.stringify([hold, weightNorm, decay, layerDensity]);
  return `${selector} ${density} ${denseLayers.join(',')} ${options}`;
}

/** Asks the sparse engine about each selector. */
async function availability(sparse: SparseContext): Promise<readonly SelectorAvailability[]> {
  const answers: SelectorAvailability[] = [];
  for (const selector of selectorIds) {
    if (skipsInputs(selector)) {
      // asking would build their layouts; a linear that cannot have them stays dense with its reason
      answers.push({ selector, available: true });
      continue;
    }
    try {
      await sparse.configure(probedSequence, { selector, density: probedDensity });
      answers.push({ selector, available: true });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      answers.push({ selector, available: false, reason });
    }
  }
  await sparse.configure(probedSequence, denseRequest);
  return answers;
}
