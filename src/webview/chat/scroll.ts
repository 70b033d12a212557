/** Nearer to the end than this counts as being at the end. CSS pixels. */
const nearEnd = 48;

/** Keeps the newest text in view while the person is at the end, and leaves them alone when they scrolled away. */
export class FollowEnd {
  #scroller: HTMLElement | undefined;
  #following = true;
  readonly #resized = new ResizeObserver(() => this.#settle());

  /** Call after every draw: the scroller may be a new element. */
  attach(scroller: HTMLElement | null): void {
    if (!scroller || scroller === this.#scroller) return;
    this.#resized.disconnect();
    this.#scroller = scroller;
    scroller.addEventListener('scroll', () => (this.#following = this.fromBottom < nearEnd), {
      passive: true,
    });
    // Sizes are looked at once a frame, after layout; reading them while drawing would lay the page out twice.
    for (const grown of [scroller, ...scroller.children]) this.#resized.observe(grown);
  }

  /** Goes to the end now and follows again: the person has just sent a message. */
  follow(): void {
    this.#following = true;
    this.#settle();
  }

  restore(fromBottom: number): void {
    this.#following = fromBottom < nearEnd;
    if (this.#scroller) this.#scroller.scrollTop = this.#end - fromBottom;
  }

  get fromBottom(): number {
    return this.#scroller ? this.#end - this.#scroller.scrollTop : 0;
  }

  #settle(): void {
    if (this.#following && this.#scroller) this.#scroller.scrollTop = this.#end;
  }

  get #end(): number {
    return this.#scroller ? this.#scroller.scrollHeight - this.#scroller.clientHeight : 0;
  }
}
