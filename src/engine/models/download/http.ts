import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { EngineError } from '../../engine-error.js';

/** The network as downloads see it; tests and other transports can take its place. */
export interface Http {
  /** @param from byte to begin with, for a resumed download */
  get(url: string, options: GetOptions): Promise<HttpAnswer>;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly from?: number;
  readonly accept?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** First byte of a partial answer (206), 0 of a full one. */
  readonly start: number;
  /** Size of the whole file when the server says so. */
  readonly totalSize: number | null;
  readonly body: AsyncIterable<Uint8Array>;
  text(maxBytes: number): Promise<string>;
}

const stallMs = 30_000;

/** The network through the proxies of the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); a stalled stream is given up. */
export function environmentHttp(): Http {
  const dispatcher = new EnvHttpProxyAgent({
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    connectTimeout: 15_000,
  });
  const credentials = new Credentials();
  return {
    get: async (asked, { signal, from = 0, accept }) => {
      const { url, headers } = credentials.take(asked);
      const response = await fetch(url, {
        dispatcher,
        signal,
        headers: {
          ...headers,
          'accept-encoding': 'identity',
          ...(accept === undefined ? {} : { accept }),
          ...(from > 0 ? { range: `bytes=${from}-` } : {}),
        },
      });
      return toAnswer(response, url);
    },
  };
}

/**
 * User and password that an address carries go into a header, for that address and what else its origin serves (an index names its
 * files without them). So no message that quotes an address can tell them.
 */
class Credentials {
  readonly #byOrigin = new Map<string, string>();

  take(address: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
    const url = new URL(address);
    if (url.username !== '' || url.password !== '') {
      const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      this.#byOrigin.set(url.origin, `Basic ${Buffer.from(pair).toString('base64')}`);
      url.username = '';
      url.password = '';
    }
    const authorization = this.#byOrigin.get(url.origin);
    return { url: url.href, headers: authorization === undefined ? {} : { authorization } };
  }
}

function toAnswer(response: Response, url: string): HttpAnswer {
  // an answer 416 says `bytes */size`
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const start = Number(range?.[1] ?? 0);
  const total = range === null ? length : Number(range[2]);
  const body = chunks(response);
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    url: response.url === '' ? url : response.url,
    start,
    totalSize: Number.isFinite(total) ? total : null,
    body,
    text: (maxBytes) => readText(body, maxBytes),
  };
}

async function* chunks(response: Response): AsyncIterable<Uint8Array> {
  if (response.body === null) return;
  for await (const chunk of response.body) if (chunk instanceof Uint8Array) yield chunk;
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > maxBytes) throw new EngineError('download-failed', 'The answer of the index is too long.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
