/** Gathers English strings under their translation keys while the manifest is built. */
export class Strings {
  private readonly english = new Map<string, string>();

  /** Notes the English of a key and returns the `%key%` that stands for it in package.json. */
  public key(key: string, english: string): string {
    const known = this.english.get(key);
    if (known !== undefined && known !== english) throw new Error(`Two different texts for ${key}`);
    this.english.set(key, english);
    return `%${key}%`;
  }

  /** Key to English, sorted by key. */
  public all(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.english].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
}
