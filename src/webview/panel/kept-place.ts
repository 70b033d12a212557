import type { PanelPageState } from '../../contract/index.js';

type KeptPlace = Pick<PanelPageState, 'scroll' | 'unfolded'>;

const folds = (root: HTMLElement): readonly HTMLDetailsElement[] => [
  ...root.querySelectorAll<HTMLDetailsElement>('details[id]'),
];

/** How far the page is scrolled and what is unfolded on it. */
function placeOf(root: HTMLElement): KeptPlace {
  return {
    scroll: document.documentElement.scrollTop,
    unfolded: folds(root)
      .filter(({ open }) => open)
      .map(({ id }) => id),
  };
}

/** Puts a drawn page back to where it was. */
export function restorePlace(root: HTMLElement, { scroll, unfolded }: KeptPlace): void {
  for (const fold of folds(root)) fold.open = unfolded.includes(fold.id);
  document.documentElement.scrollTop = scroll;
}

/** Tells of the page's place whenever the person has changed it. */
export function watchPlace(root: HTMLElement, onChange: (place: KeptPlace) => void): void {
  const tell = () => onChange(placeOf(root));
  // Neither event bubbles out of its element.
  root.addEventListener('toggle', tell, { capture: true });
  document.addEventListener('scrollend', tell);
}
