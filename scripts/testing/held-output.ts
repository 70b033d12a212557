/** What runs beside something else prints: held until there is a place for it on standard output. */
export class HeldOutput {
  private closed = '';
  private open = '';
  private live = false;

  readonly write = (text: string): void => {
    if (this.live) process.stdout.write(text);
    else this.open += text;
  };

  /** What was written so far is whole. */
  close(): void {
    this.closed += this.open;
    this.open = '';
  }

  /** Prints what is whole. */
  show(): void {
    process.stdout.write(this.closed);
    this.closed = '';
  }

  /** Prints everything, and whatever is written later at once. */
  showFromNowOn(): void {
    this.live = true;
    this.close();
    this.show();
  }
}
