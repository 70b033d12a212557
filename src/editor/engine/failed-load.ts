import type { EngineErrorCode } from '../../contract/errors.js';
import { EngineError } from '../../engine/client/index.js';

/**
 * Remembers that a load failed, so that it is not repeated with every key: it fails alike until a setting changes or the user asks
 * for the model ({@link forget}). A cancelled load is no failure.
 */
export class FailedLoad {
  #failure: EngineError | undefined;
  /** Changes with every {@link forget}: a load that began before says nothing of what is asked now. */
  #asked = 0;

  /** @throws EngineError of the load that failed */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** @throws what `load` throws, which is remembered where it is the engine's refusal */
  async attempt<T>(load: () => Promise<T>): Promise<T> {
    const asked = this.#asked;
    try {
      return await load();
    } catch (error) {
      const refused = error instanceof EngineError && error.code !== 'cancelled';
      if (refused && asked === this.#asked) this.#failure = error;
      throw error;
    }
  }

  get code(): EngineErrorCode | undefined {
    return this.#failure?.code;
  }

  forget(): void {
    this.#asked += 1;
    this.#failure = undefined;
  }
}
