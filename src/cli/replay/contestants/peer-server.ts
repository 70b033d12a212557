import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the peer is started; the model and the threads are those of our own engine. */
export interface PeerLaunch {
  readonly program: string;
  readonly model: string;
  readonly threads: number;
  readonly contextSize: number;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

const startMs = 60_000;

/** A running llama-server on this machine's loopback. */
export class PeerServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly base: string,
  ) {}

  /** @throws Error when the server does not come up within a minute. */
  public static async start({ program, model, threads, contextSize }: PeerLaunch): Promise<PeerServer> {
    const port = await freePort();
    const child = spawn(
      program,
      [
        ...[
          '-m',
          model,
          '--host',
          '127.0.0.1',
          '--port',
          String(port),
          '-t',
          String(threads),
          '-tb',
          String(threads),
        ],
        ...['-c', String(contextSize), '-np', '1', '-b', '1024', '-ub', '1024', '--cache-reuse', '256'],
      ],
      { stdio: 'ignore' },
    );
    const server = new PeerServer(child, `http://127.0.0.1:${port}`);
    const end = performance.now() + startMs;
    while (performance.now() < end && child.exitCode === null) {
      const answer = await fetch(`${server.base}/health`).catch(() => undefined);
      if (answer?.ok === true) return server;
      await sleep(100);
    }
    server.stop();
    throw new Error('llama-server did not start');
  }

  /** @throws Error with the server's words when it refuses. */
  public async post(path: string, body: object): Promise<unknown> {
    const answer = await fetch(this.base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`llama-server answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  /** Whether the model has the fill-in-the-middle tokens that /infill asks for. */
  public async infills(): Promise<boolean> {
    return this.post('/infill', { input_prefix: 'a', input_suffix: 'b', n_predict: 1 }).then(
      () => true,
      () => false,
    );
  }

  public stop(): void {
    this.child.kill('SIGKILL');
  }
}
