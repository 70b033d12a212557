import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { modes, requests, selectorIds, type Mode, type SelectorId } from '../../contract/index.js';
import type { CompletionEngine } from '../../editor/completion/core/engine-port.js';
import { replayable } from '../../editor/completion/core/records/export.js';
import { repeat } from '../../editor/completion/core/records/repeat.js';
import { numberIn, withModelOptions } from '../generation-options.js';
import { languageOf } from '../language.js';
import type { Contestant } from '../replay/contestants/contestant.js';
import { Ours } from '../replay/contestants/ours.js';
import { PeerServer } from '../replay/contestants/peer-server.js';
import { Peer } from '../replay/contestants/peer.js';
import { optionsFor } from '../replay/options.js';
import { peerProgram } from '../replay/peer-program.js';
import { race } from '../replay/race.js';
import { reportOf } from '../replay/report/report.js';
import { table } from '../replay/report/table.js';
import { syntaxOf } from '../replay/syntax.js';
import { sessionsOf } from '../replay/typing/session.js';
import { readSource } from '../source-file.js';
import { UsageError } from '../usage-error.js';
import { withEngine, type EngineFlags, type LoadedEngine } from '../with-engine.js';

interface ReplayFlags extends EngineFlags {
  readonly request?: string;
  readonly modes: readonly Mode[];
  readonly selector: SelectorId;
  readonly density: number;
  readonly lines: number;
  readonly seed: number;
  readonly peer?: string | false;
  readonly json?: true;
}

const defaultThreads = 2;
const defaultContext = 4096;

function parseModes(text: string): Mode[] {
  const named = text.split(',').map((name) => modes.find((mode) => mode === name.trim()));
  const known = named.filter((mode) => mode !== undefined);
  if (known.length !== named.length) throw new InvalidArgumentError(`Modes are ${modes.join(', ')}.`);
  return known;
}

/** `replay FILE...`: types lines of real files and measures; `replay --request FILE`: repeats an exported request. */
export function replayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'type lines of real files as a person would and measure what comes back, beside llama-server',
    )
    .argument('[files...]', 'source files')
    .option('--request <file>', 'repeat one exported request instead')
    .addOption(
      new Option('--modes <list>', 'modes to run')
        .argParser(parseModes)
        .default(['dense', 'exact', 'balanced']),
    )
    .addOption(
      new Option('--selector <selector>', 'of the sparse modes').choices(selectorIds).default('chess'),
    )
    .addOption(
      new Option('--density <share>', 'of the sparse modes').argParser(numberIn(0.01, 1)).default(0.7),
    )
    .addOption(new Option('--lines <n>', 'lines typed of each file').argParser(numberIn(1, 1000)).default(3))
    .addOption(
      new Option('--seed <n>', 'chooses and times the keys').argParser(numberIn(0, 0xffffffff)).default(1),
    )
    .option('--peer <program>', 'llama-server to run against (default: the one built in this clone)')
    .option('--no-peer', 'run without a peer');
  withModelOptions(command).action(async (files: readonly string[], flags: ReplayFlags) => {
    if (flags.request !== undefined) return again(flags.request, flags);
    if (files.length === 0) throw new UsageError('replay needs source files, or --request FILE');
    return measure(files, flags);
  });
}

/**
 * Sends an exported request again.
 * @throws Error with what is not as it was recorded
 */
async function again(file: string, flags: ReplayFlags): Promise<void> {
  const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
  const recorded = replayable(parsed);
  const syntax = await syntaxOf([recorded.request.languageId]);
  await withEngine(flags, 'sparse', async ({ client, signal }) => {
    const engine: CompletionEngine = {
      available: () => Promise.resolve({ kind: 'ready' }),
      complete: (request, onDelta, stopped) =>
        client.stream(requests.complete, request, onDelta, AbortSignal.any([stopped, signal])),
    };
    const defaults = optionsFor('dense', flags.selector, flags.density);
    const { end, made, differences } = await repeat(recorded, defaults, engine, syntax);
    const shown = made.kind === 'something' ? made.suggestion.text : '';
    const result = end.kind === 'text' ? end.result : undefined;
    process.stdout.write(
      flags.json === true ? `${JSON.stringify({ ...result, shown, differences }, null, 2)}\n` : `${shown}\n`,
    );
    if (differences.length > 0) throw new Error(`Not as it was recorded. ${differences.join(' ')}`);
  });
}

async function startPeer(engine: LoadedEngine, flags: ReplayFlags): Promise<Peer | undefined> {
  if (flags.peer === false) return undefined;
  const program = peerProgram(flags.peer);
  if (program === undefined) {
    process.stderr.write(
      'No llama-server to run against: `npm run build:peer` builds it, --peer names another.\n',
    );
    return undefined;
  }
  engine.status.show('Starting llama-server');
  const server = await PeerServer.start({
    program,
    model: engine.model.identity.path,
    threads: flags.threads ?? defaultThreads,
    contextSize: flags.contextSize ?? defaultContext,
  });
  return new Peer(server, await server.infills());
}

async function measure(files: readonly string[], flags: ReplayFlags): Promise<void> {
  const threads = flags.threads ?? defaultThreads;
  const texts = await Promise.all(
    files.map(async (path) => ({ path, languageId: languageOf(path), text: await readSource(path) })),
  );
  const sessions = texts.flatMap((text, index) => sessionsOf(text, flags.lines, flags.seed + index));
  if (sessions.length === 0) throw new UsageError('these files have no line worth typing');
  const engineFlags = { ...flags, threads, contextSize: flags.contextSize ?? defaultContext };
  const syntax = await syntaxOf(texts.map(({ languageId }) => languageId));
  await withEngine(engineFlags, 'sparse', async (engine) => {
    const peer = await startPeer(engine, flags);
    const contestants: readonly Contestant[] = [
      ...flags.modes.map(
        (mode) => new Ours(mode, engine.client, optionsFor(mode, flags.selector, flags.density), syntax),
      ),
      ...(peer === undefined ? [] : [peer]),
    ];
    try {
      const rows = await race(
        sessions,
        contestants,
        (done, total, name) => engine.status.show(`Typing into ${name}`, `${done}/${total}`),
        engine.signal,
      );
      engine.status.clear();
      const report = reportOf(engine.model.identity.id, threads, sessions.length, rows, peer?.name ?? '');
      process.stdout.write(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : `${table(rows)}\n`);
    } finally {
      await Promise.all(contestants.map((contestant) => contestant.dispose()));
    }
  });
}
