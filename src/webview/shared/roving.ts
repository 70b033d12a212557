type Step = (index: number, count: number) => number;

const first: Step = () => 0;
const last: Step = (_, count) => count - 1;
const before: Step = (index) => Math.max(0, index - 1);
const after: Step = (index, count) => Math.min(count - 1, index + 1);

const steps: Readonly<Record<string, Step>> = {
  ArrowUp: before,
  ArrowLeft: before,
  ArrowDown: after,
  ArrowRight: after,
  Home: first,
  End: last,
};

/**
 * Makes one Tab stop of a group: arrow keys, Home and End move the focus among the elements in it that fit `selector`.
 * Keys pressed elsewhere in the group, such as in a text field, are left alone.
 */
export const rovingFocus =
  (selector: string) =>
  (event: KeyboardEvent): void => {
    const { currentTarget, target } = event;
    const step = steps[event.key];
    if (!step || !(currentTarget instanceof Element)) return;
    const items = [...currentTarget.querySelectorAll<HTMLElement | SVGElement>(selector)];
    const at = items.findIndex((item) => item === target);
    const next = at < 0 ? undefined : items[step(at, items.length)];
    if (!next) return;
    event.preventDefault();
    for (const item of items) item.setAttribute('tabindex', item === next ? '0' : '-1');
    next.focus();
  };
