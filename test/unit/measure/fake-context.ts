import type { SparsityRequest } from '../../../src/contract/index.js';
import type { CalibrationExtra } from '../../../src/engine/native/index.js';
import type { CalibratingContext } from '../../../src/engine/measure/measuring-context.js';

/** A context whose sparse passes lose `1 - density` nats a token and take `density` of the dense time; calibrated, half of the loss. */
export class FakeContext implements CalibratingContext {
  readonly vocabulary = 4;
  readonly chunk = 16;
  readonly layers = 3;
  readonly sparseLayers = [0, 2];
  readonly calls: string[] = [];
  learnt = 0;
  /** Of the sequence under test. */
  denseTokens = 0;
  /** Times of sparse passes, one after the other, instead of the density's. */
  sparseTimes: number[] = [];
  #request: SparsityRequest = { selector: 'none', density: 1 };
  #learning = false;
  #profiles = 0;
  /** What the loss is multiplied by once a second profile (with the layers' costs) is in use. */
  allocationGain = 1;

  begin(request: SparsityRequest): Promise<void> {
    this.#request = request;
    this.calls.push(`begin ${request.selector} ${request.density}`);
    return Promise.resolve();
  }

  logits(
    sequence: number,
    _position: number,
    tokens: readonly number[],
    pass: 'plain' | 'dense' | 'sparse',
  ): Promise<Float32Array> {
    if (sequence === 0 && pass === 'dense') this.denseTokens += tokens.length;
    if (this.#learning && sequence === 0 && pass === 'dense') this.learnt += tokens.length;
    const { density, denseLayers = [] } = this.#request;
    const sparseLayers = this.layers - denseLayers.length;
    const lost = ((1 - density) * sparseLayers) / this.layers;
    const gain = [1, 0.5, 0.5 * this.allocationGain][this.#profiles] ?? 0;
    const loss = pass === 'sparse' ? lost * gain : 0;
    return Promise.resolve(new Float32Array(tokens.length * this.vocabulary).fill(loss));
  }

  decode(
    _position: number,
    _token: number,
    count: number,
    how: 'stock' | 'dense' | 'sparse',
  ): Promise<number> {
    this.calls.push(`decode ${how} ${count}`);
    if (how === 'stock') return Promise.resolve(30);
    return Promise.resolve(how === 'sparse' ? (this.sparseTimes.shift() ?? 20 * this.#request.density) : 20);
  }

  compare(dense: Float32Array, sparse: Float32Array) {
    const rows = dense.length / this.vocabulary;
    return { kl: new Float64Array(rows).fill(sparse[0] ?? 0), sameTop: new Uint8Array(rows).fill(1) };
  }

  counters() {
    const bytes = Float64Array.of(100 * this.#request.density);
    const zero = Float64Array.of(0);
    return Promise.resolve({
      passes: Float64Array.of(this.#request.selector === 'exact-zero' ? 0 : 1),
      density: zero,
      bytes,
      denseBytes: Float64Array.of(100),
      skippedEnergy: zero,
      denseReasons: [this.#request.selector === 'exact-zero' ? 'not a ReLU' : null],
      risk: 0,
      gpuBytes: 3,
    });
  }

  extraMemoryBytes = () => 7;
  truncate = () => Promise.resolve();
  clear = () => Promise.resolve();

  beginCalibration(): Promise<void> {
    this.#learning = true;
    return Promise.resolve();
  }

  writeProfile(path: string, { curve = [], layerSensitivity }: CalibrationExtra): Promise<void> {
    const sensitivities = layerSensitivity === undefined ? 'none' : [...layerSensitivity].join(' ');
    this.calls.push(`write ${path}: ${curve.length} points, sensitivities ${sensitivities}`);
    return Promise.resolve();
  }

  useProfile(): Promise<void> {
    this.#profiles += 1;
    return Promise.resolve();
  }
}
