import type { CompletionRequest } from '../../../contract/completion.js';
import type { GenerateDelta, GenerateResult } from '../../../contract/generation.js';
import { requests } from '../../../contract/protocol.js';
import type { EngineClient } from '../../../engine/client/index.js';
import type { CompletionOptions } from '../../../editor/completion/core/ask.js';
import type { CompletionEngine } from '../../../editor/completion/core/engine-port.js';
import { CompletionPipeline } from '../../../editor/completion/core/pipeline.js';
import { windowLimits } from '../../../editor/completion/core/situation.js';
import type { Syntax } from '../../../editor/completion/core/syntax/syntax.js';
import type { Cursor, LineSource } from '../../../editor/completion/core/text.js';
import { textWindow } from '../../../editor/completion/core/window.js';
import type { Contestant, EngineWork, Moment, Reply } from './contestant.js';

/** The engine process behind the pipeline, with a count of what was asked of it. */
class CountingEngine implements CompletionEngine {
  public started = 0;
  public cancelled = 0;
  public readonly evaluated: number[] = [];
  public readonly busyAfterCancelMs: number[] = [];
  public readonly running = new Set<Promise<unknown>>();

  public constructor(private readonly client: EngineClient) {}

  public available(): Promise<{ readonly kind: 'ready' }> {
    return Promise.resolve({ kind: 'ready' });
  }

  public async complete(
    request: CompletionRequest,
    onDelta: (delta: GenerateDelta) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    this.started += 1;
    let cancelledAt: number | undefined;
    signal.addEventListener('abort', () => (cancelledAt = performance.now()), { once: true });
    const stream = this.client.stream(requests.complete, request, onDelta, signal);
    this.running.add(stream);
    try {
      const result = await stream;
      this.evaluated.push(result.tokens.prompt - result.tokens.reused);
      return result;
    } finally {
      this.running.delete(stream);
      if (cancelledAt !== undefined) {
        this.cancelled += 1;
        this.busyAfterCancelMs.push(performance.now() - cancelledAt);
      }
    }
  }
}

/** The document and the cursor in it, as the pipeline reads them. */
function placeOf({ prefix, suffix }: Moment): { readonly lines: LineSource; readonly cursor: Cursor } {
  const lines = (prefix + suffix).split('\n');
  return {
    lines: { lineCount: lines.length, lineAt: (line) => lines[line] ?? '' },
    cursor: {
      line: prefix.split('\n').length - 1,
      character: prefix.length - prefix.lastIndexOf('\n') - 1,
    },
  };
}

/** The extension's own pipeline over the engine process; what the editor runs, without the editor. */
export class Ours implements Contestant {
  private readonly engine: CountingEngine;
  private readonly pipeline: CompletionPipeline;
  private fromTrie = 0;

  public constructor(
    public readonly name: string,
    client: EngineClient,
    private readonly options: CompletionOptions,
    syntax: Syntax,
  ) {
    this.engine = new CountingEngine(client);
    this.pipeline = new CompletionPipeline({ engine: this.engine, syntax });
  }

  /** Tells it with the same part of the file around the cursor as the editor does. */
  public edited(moment: Moment): void {
    const { lines, cursor } = placeOf(moment);
    const { prefix, suffix } = textWindow(lines, cursor, windowLimits(this.options));
    this.pipeline.edited({ fileKey: moment.session.path, prefix, suffix });
  }

  public async suggest(moment: Moment, signal: AbortSignal): Promise<Reply | null> {
    const { session } = moment;
    const { outcome, suggestions } = await this.pipeline.provide(
      {
        file: { key: session.path, path: session.path, languageId: session.languageId },
        ...placeOf(moment),
        trigger: 'automatic',
        options: this.options,
        gather: () => Promise.resolve([]),
      },
      signal,
    );
    const fromCache = outcome === 'served-from-cache';
    if (fromCache) this.fromTrie += 1;
    const first = suggestions[0];
    return first === undefined ? null : { text: first.text.slice(first.before), fromCache };
  }

  public async rest(): Promise<void> {
    while (this.engine.running.size > 0) await Promise.allSettled(this.engine.running);
  }

  public work(): EngineWork {
    const { started, cancelled, evaluated, busyAfterCancelMs } = this.engine;
    return { started, cancelled, fromTrie: this.fromTrie, evaluated, busyAfterCancelMs };
  }

  public dispose(): Promise<void> {
    this.pipeline.stop();
    return Promise.resolve();
  }
}
