const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Arrow keys, Home and End move the focus among the `[role=button]` children of a group that is one tab stop. */
export function moveFocus(event: KeyboardEvent): void {
  const { currentTarget, target } = event;
  if (!(currentTarget instanceof Element) || !(target instanceof Element)) return;
  const items = [...currentTarget.querySelectorAll<SVGElement>('[role=button]')];
  const at = items.findIndex((item) => item === target);
  const next = destination(event.key, at, items.length);
  const item = next === null ? undefined : items[next];
  if (item === undefined) return;
  event.preventDefault();
  for (const other of items) other.setAttribute('tabindex', other === item ? '0' : '-1');
  item.focus();
}

function destination(key: string, at: number, count: number): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  return step === undefined || at < 0 ? null : Math.min(Math.max(at + step, 0), count - 1);
}
