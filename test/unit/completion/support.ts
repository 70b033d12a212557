import { setTimeout as delay } from 'node:timers/promises';
import type { CompletionRequest } from '../../../src/contract/completion.js';
import type { GenerateDelta, GenerateResult, StopReason } from '../../../src/contract/generation.js';
import type { Ask, CompletionOptions } from '../../../src/editor/completion/core/ask.js';
import type { Availability, CompletionEngine } from '../../../src/editor/completion/core/engine-port.js';
import { linesOf } from '../../../src/editor/completion/core/text.js';

export const options: CompletionOptions = {
  eagerness: 'eager',
  multiline: 'auto',
  maxLines: 12,
  maxTokens: 128,
  timeBudgetMs: 1500,
  promptTokens: 1024,
  suffixTokens: 128,
  fimCut: 'line',
  contextTokens: 512,
  minConfidence: 0.15,
  alternatives: 1,
  prepareNext: false,
  sparsity: { selector: 'none', density: 1 },
  correction: { mode: 'dense' },
};

/** An ask at the `|` of a text. */
export function askAt(marked: string, change: Partial<Ask> = {}): Ask {
  const offset = marked.indexOf('|');
  if (offset < 0) throw new Error('no | in the text');
  const before = marked.slice(0, offset).split('\n');
  return {
    file: { key: 'file:///a.ts', path: 'a.ts', languageId: 'typescript' },
    lines: linesOf(marked.slice(0, offset) + marked.slice(offset + 1)),
    cursor: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
    trigger: 'automatic',
    options,
    gather: () => Promise.resolve([]),
    ...change,
  };
}

export const never = new AbortController().signal;

export const result = (text: string, stopReason: StopReason = 'eos'): GenerateResult => ({
  text,
  outcome: 'shown',
  stopReason,
  tokens: { prompt: 10, reused: 0, generated: text.length },
  timings: { loadMs: 0, prefillMs: 1, firstTokenMs: 1, decodeMs: 1, tokensPerSecond: 100 },
  sparsity: { selector: 'none', density: 1, densityPerLayer: [] },
  speculation: { drafted: 0, accepted: 0, verifies: 0, rollbacks: 0 },
  model: { id: 'm', path: '/m', sha256: '', architecture: 'llama', quantisation: 'Q8_0' },
});

class Cancelled extends Error {
  public readonly code = 'cancelled';
}

/** An engine that says what it is told to, a piece at a time, and stops when it is cancelled. */
export class ScriptedEngine implements CompletionEngine {
  public readonly requests: CompletionRequest[] = [];
  public cancelled = 0;
  public availability: Availability = { kind: 'ready' };
  public meanLogProb: number | undefined;
  public stopReason: StopReason = 'eos';

  /** @param say the text for a request; @param pauseMs before each piece of `size` characters */
  public constructor(
    private readonly say: (request: CompletionRequest) => string,
    private readonly pauseMs = 0,
    private readonly size = 4,
  ) {}

  public available(): Promise<Availability> {
    return Promise.resolve(this.availability);
  }

  public async complete(
    request: CompletionRequest,
    onDelta: (delta: GenerateDelta) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    this.requests.push(request);
    const text = this.say(request);
    for (let at = 0; at < text.length; at += this.size) {
      await delay(this.pauseMs);
      if (signal.aborted) {
        this.cancelled += 1;
        throw new Cancelled('cancelled');
      }
      onDelta({ id: request.id, text: text.slice(at, at + this.size), tokens: [0], verified: true });
    }
    const full = result(text, this.stopReason);
    return this.meanLogProb === undefined ? full : { ...full, meanLogProb: this.meanLogProb };
  }
}
