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

/** Puts a page that has just been drawn back to where it was, and tells of its place whenever the person changes it. */
export function keepPlace(
  root: HTMLElement,
  { scroll, unfolded }: KeptPlace,
  onChange: (place: KeptPlace) => void,
): void {
  for (const fold of folds(root)) fold.open = unfolded.includes(fold.id);
  // Controls have their size a frame after they are drawn.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.documentElement.scrollTop = scroll;
      watchPlace(root, onChange);
    }),
  );
}

function watchPlace(root: HTMLElement, onChange: (place: KeptPlace) => void): void {
  const tell = () => onChange(placeOf(root));
  // Neither event bubbles out of its element.
  root.addEventListener('toggle', tell, { capture: true });
  document.addEventListener('scrollend', tell);
}
