import { LRUCache } from 'lru-cache';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, EngineWork, Moment, Reply } from './contestant.js';
import type { PeerServer } from './peer-server.js';

/** The defaults of llama.vscode 0.0.63. */
const prefixLines = 256;
const suffixLines = 64;
const pollMs = 150;
const maxLineSuffix = 8;
const cacheSize = 250;
const sampling = {
  n_predict: 128,
  top_k: 40,
  top_p: 0.99,
  stream: false,
  samplers: ['top_k', 'top_p', 'infill'],
  cache_prompt: true,
  t_max_prompt_ms: 500,
  t_max_predict_ms: 500,
};

interface PeerAnswer {
  readonly content: string;
  readonly evaluated: number;
}

function answerOf(raw: unknown): PeerAnswer {
  if (typeof raw !== 'object' || raw === null || !('content' in raw) || typeof raw.content !== 'string')
    throw new Error('llama-server sent no content');
  const timings =
    'timings' in raw && typeof raw.timings === 'object' && raw.timings !== null ? raw.timings : {};
  const evaluated = 'prompt_n' in timings && typeof timings.prompt_n === 'number' ? timings.prompt_n : 0;
  return { content: raw.content, evaluated };
}

const indentationOf = (line: string): number => /^\s*/.exec(line)?.[0].length ?? 0;

/**
 * llama-server driven with the requests and in the manner of llama.vscode: no debounce, one request at a time, a newer one
 * polls until the running one has ended, nothing is cancelled; answers are kept by the text before the cursor.
 * A model without fill-in-the-middle tokens gets the prefix through /completion, since /infill refuses it.
 */
export class Peer implements Contestant {
  public readonly name = 'llama-server';
  private readonly cache = new LRUCache<string, string>({ max: cacheSize });
  private readonly evaluated: number[] = [];
  private busy = false;
  private disposed = false;
  private started = 0;
  private fromTrie = 0;

  public constructor(
    private readonly server: PeerServer,
    private readonly infills: boolean,
  ) {}

  public edited(): void {
    // It has no use for keys as such.
  }

  public async suggest(moment: Moment, signal: AbortSignal): Promise<Reply | null> {
    const line = moment.prefix.slice(moment.prefix.lastIndexOf('\n') + 1);
    const tail = moment.suffix.split('\n', 1)[0] ?? '';
    if (tail.length > maxLineSuffix) return null;
    const known = this.cached(moment.prefix, line.length);
    if (known !== undefined) {
      this.fromTrie += 1;
      return known === '' ? null : { text: known, fromCache: true };
    }
    while (this.busy) {
      await sleep(pollMs);
      if (signal.aborted) return null;
    }
    this.busy = true;
    this.started += 1;
    try {
      const { content, evaluated } = await this.ask(moment, line);
      this.evaluated.push(evaluated);
      const text = content.trimEnd();
      this.cache.set(moment.prefix, text);
      return text === '' || signal.aborted ? null : { text, fromCache: false };
    } catch (error) {
      if (this.disposed) return null;
      throw error;
    } finally {
      this.busy = false;
    }
  }

  public work(): EngineWork {
    const { started, fromTrie, evaluated } = this;
    return { started, cancelled: 0, fromTrie, evaluated, busyAfterCancelMs: [] };
  }

  public async rest(): Promise<void> {
    while (this.busy) await sleep(pollMs);
  }

  public dispose(): Promise<void> {
    this.disposed = true;
    this.server.stop();
    return Promise.resolve();
  }

  /** An answer given for this text, or for less of this line, that says what was typed since. */
  private cached(prefix: string, lineLength: number): string | undefined {
    for (let back = 0; back <= lineLength; back += 1) {
      const answer = this.cache.get(prefix.slice(0, prefix.length - back));
      const typed = prefix.slice(prefix.length - back);
      if (answer?.startsWith(typed) === true && (back === 0 || answer.length > typed.length))
        return answer.slice(typed.length);
    }
    return undefined;
  }

  private async ask({ prefix, suffix }: Moment, line: string): Promise<PeerAnswer> {
    const above = prefix.split('\n');
    const input = above.slice(Math.max(0, above.length - 1 - prefixLines), -1).join('\n');
    const n_indent = indentationOf(line);
    if (!this.infills) {
      const prompt = `${input}\n${line}`;
      return answerOf(
        await this.server.post('/completion', {
          ...sampling,
          samplers: ['top_k', 'top_p'],
          prompt,
          n_indent,
        }),
      );
    }
    return answerOf(
      await this.server.post('/infill', {
        ...sampling,
        input_prefix: `${input}\n`,
        prompt: line,
        input_suffix: suffix.split('\n').slice(0, suffixLines).join('\n'),
        input_extra: [],
        n_indent,
      }),
    );
  }
}
