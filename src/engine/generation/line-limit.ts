/** Lets text pass until it would start one line too many. */
export class LineLimit {
  #left: number;
  #reached = false;

  /** @param lines lines allowed; Infinity for no limit */
  constructor(lines: number) {
    this.#left = lines;
  }

  get reached(): boolean {
    return this.#reached;
  }

  /** @returns the part of `text` within the limit, without the newline that would exceed it */
  push(text: string): string {
    if (this.#reached) return '';
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#left -= 1;
      if (this.#left > 0) continue;
      this.#reached = true;
      return text.slice(0, at);
    }
    return text;
  }
}
