import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server of a test: one reply a path, and a record of what was asked. */
export class SourceServer {
  readonly asked: { readonly path: string; readonly range: string | undefined }[] = [];
  readonly #replies = new Map<string, Reply>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked.push({ path, range: request.headers.range });
      const reply = this.#replies.get(path);
      if (reply === undefined) response.writeHead(404).end('no such file');
      else reply(request, response);
    });
  }

  static async start(): Promise<SourceServer> {
    const server = new SourceServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  on(path: string, reply: Reply): void {
    this.#replies.set(path, reply);
  }

  /** A file with ranges, as real hosts serve it. */
  file(path: string, bytes: Buffer): void {
    this.on(path, serveFile(bytes));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function serveFile(bytes: Buffer): Reply {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start >= bytes.length && start > 0)
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    const body = bytes.subarray(start);
    const partial = start > 0;
    response.writeHead(partial ? 206 : 200, {
      'content-length': body.length,
      ...(partial ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.end(body);
  };
}

/** Sends the first `count` bytes of what is left and drops the connection, `times` times; then serves all. */
export function dropping(bytes: Buffer, count: number, times: number): Reply {
  const whole = serveFile(bytes);
  let left = times;
  return (request, response) => {
    if (left-- <= 0) return whole(request, response);
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': bytes.length - start,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.write(bytes.subarray(start, start + count), () => setTimeout(() => response.destroy(), 20));
  };
}
