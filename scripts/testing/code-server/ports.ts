import { createServer } from 'node:net';

const tried = 50;

/**
 * A loopback port that nobody listens on.
 * @param from the first to try, then those after it; any when absent
 */
export async function freePort(from = 0): Promise<number> {
  for (let port = from; port < from + tried; port++) {
    const free = await probe(port);
    if (free !== null) return free;
  }
  throw new Error(`no port from ${from} to ${from + tried - 1} is free`);
}

/** The port itself, or the one that the system gave for 0; null when it is taken. */
function probe(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const given = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(given));
    });
  });
}
