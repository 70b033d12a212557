import DOMPurify from 'dompurify';

const tags = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li'],
  ...['strong', 'em', 's', 'code', 'pre', 'span', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
];

const safeAttributes: Readonly<Record<string, RegExp>> = {
  class: /^(?:hljs-[\w-]+_?|language-[\w+#.-]+|[a-z]+_)(?: (?:hljs-[\w-]+_?|[a-z]+_))*$/u,
  href: /^(?:https?|mailto):/iu,
  start: /^\d{1,9}$/u,
};

/**
 * The safe part of an HTML text as nodes. Only text markup passes: no scripts, styles, images, frames, forms or ids,
 * and of the links only those to web and mail addresses.
 */
export function sanitise(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: Object.keys(safeAttributes),
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const element of fragment.querySelectorAll('*')) dropUnsafeAttributes(element);
  return fragment;
}

function dropUnsafeAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    if (!safeAttributes[name]?.test(value)) element.removeAttribute(name);
  }
}
