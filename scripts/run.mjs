// Entry of every npm script: `node scripts/run.mjs COMMAND ...`. Plain JavaScript without imports from packages, because
// on a fresh clone nothing is installed yet: it brings the packages and hands over to scripts/commands/COMMAND.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `node 20.19 or newer is needed, this is ${process.versions.node}.\n    Get it from https://nodejs.org`,
  );
}
const [command = '', ...rest] = process.argv.slice(2);
const module = path.join(root, 'scripts', 'commands', `${command}.ts`);
if (!existsSync(module)) fail(`no such command: ${command}`);
installPackages();

const { register } = await import('tsx/esm/api');
register();
process.argv.splice(2, 1);
try {
  const { main } = await import(pathToFileURL(module).href);
  process.exitCode = await main(rest);
} catch (error) {
  fail(process.env.DEBUG ? error.stack : error.message);
}

/** `npm ci` when node_modules is missing, half-made, older than the lock file or made for another platform. */
function installPackages() {
  const stamp = path.join(root, 'node_modules', '.sparse-pilot-platform');
  const platform = `${process.platform}-${process.arch}`;
  const madeFor = existsSync(stamp) ? readFileSync(stamp, 'utf8') : platform;
  if (madeFor === platform && matchesLockFile()) return;
  process.stderr.write('[packages] installing (about 1 GB; a minute or a few)\n');
  // No package's install script is needed: esbuild and node-llama-cpp bring their programs as packages of their own.
  const windows = process.platform === 'win32';
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync('npm', args, { stdio: ['ignore', 2, 2], shell: windows });
  if (done.error) fail(`npm could not be started: ${done.error.message}`);
  if (done.status !== 0) fail('npm ci failed; what it said is above. Run the same command again to go on.');
  writeFileSync(stamp, platform);
}

/** Whether what npm says it installed is what the lock file asks for; an interrupted npm says nothing. */
function matchesLockFile() {
  const hidden = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional || installed[name]?.version === entry.version,
  );
}

function fail(message) {
  process.stderr.write(`sparse-pilot: ${message}\n`);
  process.exit(1);
}
