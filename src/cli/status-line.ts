/** Progress on standard error: one line rewritten on a terminal, one line a step elsewhere. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = '';
  #step = '';

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /**
   * @param step what is being done
   * @param detail changes often; shown on terminals only
   */
  show(step: string, detail = ''): void {
    if (this.#stream.isTTY) {
      const line = detail === '' ? step : `${step} ${detail}`;
      if (line === this.#shown) return;
      this.#stream.write(`\r\u001b[2K${line}`);
      this.#shown = line;
    } else if (step !== this.#step) {
      this.#stream.write(`${step}\n`);
    }
    this.#step = step;
  }

  /** Removes the line, so that other output stands alone. */
  clear(): void {
    if (this.#stream.isTTY && this.#shown !== '') this.#stream.write('\r\u001b[2K');
    this.#shown = '';
    this.#step = '';
  }
}
