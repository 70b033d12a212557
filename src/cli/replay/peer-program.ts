import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where `npm run build:peer` leaves the server that is built from the same source, seen from the clone's root. */
const built = 'native/.work/upstream/build-peer/bin/llama-server';

/** The clone's root, seen from the bundle (dist/cli.js) and from this file. */
const roots = ['../', '../../../'];

/** The llama-server to run against: the one named, or the one this clone has built; undefined when there is none. */
export function peerProgram(named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  return roots
    .map((root) => fileURLToPath(new URL(root + built, import.meta.url)))
    .find((program) => existsSync(program));
}
