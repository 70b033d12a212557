import { AnswerBody, type AnswerContent } from './markdown/answer-body.js';

/**
 * `<sparse-answer>`: an answer as markdown. While it is far from the visible part of a long history it shows its plain
 * text, which costs nothing; it is rendered when it comes near.
 */
export class AnswerElement extends HTMLElement {
  #content: AnswerContent = { text: '', verifiedLength: 0, streaming: false };
  #body: AnswerBody | undefined;

  set content(content: AnswerContent) {
    this.#content = content;
    if (this.#body) this.#body.show(content);
    else if (content.streaming) this.render();
    else this.textContent = content.text;
  }

  connectedCallback(): void {
    if (!this.#body) nearby.observe(this);
  }

  disconnectedCallback(): void {
    nearby.unobserve(this);
  }

  /** Renders now and from now on. */
  render(): void {
    nearby.unobserve(this);
    if (this.#body) return;
    this.textContent = '';
    this.#body = new AnswerBody(this);
    this.#body.show(this.#content);
  }
}

const nearby = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && target instanceof AnswerElement) target.render();
    }
  },
  { rootMargin: '1000px 0px' },
);

customElements.define('sparse-answer', AnswerElement);
