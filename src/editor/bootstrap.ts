import { join } from 'node:path';
import * as vscode from 'vscode';
import { requests } from '../contract/protocol.js';
import { registerChat } from './chat/register.js';
import { registerEngineCommands } from './commands/engine.js';
import { registerCompletion } from './completion/register.js';
import { Switches } from './completion/switches.js';
import type { Ctx } from './ctx.js';
import type { ExtensionApi } from './extension.js';
import { EngineService } from './engine/service.js';
import { FirstSteps } from './first-steps.js';
import { offerGpuSupport } from './gpu/offer.js';
import { offerMissingModel } from './models/offer.js';
import { SettingsModelLocator } from './models/locator.js';
import { registerPanel } from './panel/register.js';
import { SettingsReader } from './settings/reader.js';
import { registerStatusItem } from './status/item.js';
import { registerMenu } from './status/menu.js';

/** Builds what every feature shares, and registers the features. Starts no process and reads no file. */
export function bootstrap(extension: vscode.ExtensionContext): ExtensionApi {
  const startedAt = performance.now();
  const log = vscode.window.createOutputChannel('Sparse Pilot', { log: true });
  const settings = new SettingsReader(log);
  const engine: EngineService = new EngineService(
    join(extension.extensionPath, 'dist', 'engine.js'),
    new SettingsModelLocator(settings, () => engine.client.request(requests.listModels, null)),
    settings,
    log,
  );
  const firstSteps = new FirstSteps();
  const ctx: Ctx = { extension, log, settings, engine, firstSteps };
  const switches = new Switches(settings);
  extension.subscriptions.push(log, engine, firstSteps);
  registerStatusItem(ctx, switches);
  registerMenu(ctx, switches);
  registerEngineCommands(ctx);
  offerMissingModel(ctx);
  offerGpuSupport(ctx);
  const { records, statistics, exclusion, requestAt } = registerCompletion(ctx, switches);
  registerPanel(ctx, statistics, requestAt);
  const answers = registerChat(ctx, exclusion);
  log.info(`Activated in ${(performance.now() - startedAt).toFixed(1)} ms`);
  return { completionRecords: () => records.all, chatAnswers: () => answers.all };
}
