import type * as vscode from 'vscode';
import type { EngineService } from './engine/service.js';
import type { FirstSteps } from './first-steps.js';
import type { SettingsReader } from './settings/reader.js';

/** What every feature of the extension is given when it registers itself. */
export interface Ctx {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly settings: SettingsReader;
  readonly engine: EngineService;
  readonly firstSteps: FirstSteps;
}

/** Puts one feature into the editor; what it registers goes into `ctx.extension.subscriptions`. */
export type Feature = (ctx: Ctx) => void;
