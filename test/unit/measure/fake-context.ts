import type { SparsityRequest } from '../../../src/contract/index.js';
import type { CalibratingContext } from '../../../src/engine/measure/measuring-context.js';

/** A context whose sparse passes lose `1 - density` nats a token and take `density` of the dense time; calibrated, half of the loss. */
export class FakeContext implements CalibratingContext {
  readonly vocabulary = 4;
  readonly chunk = 16;
  readonly calls: string[] = [];
  learnt = 0;
  /** Times of sparse passes, one after the other, instead of the density's. */
  sparseTimes: number[] = [];
  #request: SparsityRequest = { selector: 'none', density: 1 };
  #learning = false;
  #profile = false;

  begin(request: SparsityRequest): Promise<void> {
    this.#request = request;
    this.calls.push(`begin ${request.selector} ${request.density}`);
    return Promise.resolve();
  }

  logits(
    sequence: number,
    _position: number,
    tokens: readonly number[],
    pass: 'dense' | 'sparse',
  ): Promise<Float32Array> {
    if (this.#learning && sequence === 0 && pass === 'dense') this.learnt += tokens.length;
    const loss = pass === 'sparse' ? (1 - this.#request.density) * (this.#profile ? 0.5 : 1) : 0;
    return Promise.resolve(new Float32Array(tokens.length * this.vocabulary).fill(loss));
  }

  decode(_position: number, _token: number, count: number, pass: 'dense' | 'sparse'): Promise<number> {
    this.calls.push(`decode ${pass} ${count}`);
    return Promise.resolve(pass === 'dense' ? 20 : (this.sparseTimes.shift() ?? 20 * this.#request.density));
  }

  compare(dense: Float32Array, sparse: Float32Array) {
    const rows = dense.length / this.vocabulary;
    return { kl: new Float64Array(rows).fill(sparse[0] ?? 0), sameTop: new Uint8Array(rows).fill(1) };
  }

  counters() {
    const bytes = Float64Array.of(100 * this.#request.density);
    const zero = Float64Array.of(0);
    return Promise.resolve({
      passes: Float64Array.of(1),
      density: zero,
      bytes,
      skippedEnergy: zero,
      denseReasons: [null],
      risk: 0,
    });
  }

  truncate = () => Promise.resolve();
  clear = () => Promise.resolve();

  beginCalibration(): Promise<void> {
    this.#learning = true;
    return Promise.resolve();
  }

  writeProfile(path: string, curve: readonly object[]): Promise<void> {
    this.calls.push(`write ${path} ${curve.length}`);
    return Promise.resolve();
  }

  useProfile(): Promise<void> {
    this.#profile = true;
    return Promise.resolve();
  }
}
