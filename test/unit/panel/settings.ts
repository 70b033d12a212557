import type { Setting } from '../../../src/contract/index.js';
import type { SettingsReader } from '../../../src/editor/settings/reader.js';

/** Settings in memory: what the panel's code reads and writes, checked like the real ones. */
export class MemorySettings {
  readonly values = new Map<string, unknown>();

  get<T>(setting: Setting<T>): T {
    const parsed = setting.parse(this.values.get(setting.id));
    return parsed.ok ? parsed.value : setting.default;
  }

  set<T>(setting: Setting<T>, value: T): Promise<void> {
    if (value === undefined) this.values.delete(setting.id);
    else this.values.set(setting.id, value);
    return Promise.resolve();
  }

  get reader(): SettingsReader {
    return this as unknown as SettingsReader;
  }
}
