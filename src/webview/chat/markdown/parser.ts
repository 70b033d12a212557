import MarkdownIt from 'markdown-it';
import { highlight } from './highlight.js';

/**
 * Markdown as models write it: no raw HTML, no automatic links, no images, and links to web and mail addresses only.
 * Its output still goes through the sanitiser: neither is trusted alone.
 */
export const markdown = new MarkdownIt('default', {
  html: false,
  linkify: false,
  typographer: false,
  highlight,
});

// Hostile nesting (">>>>>…") stops here: deeper quotes and lists are shown as text.
Object.assign(markdown.options, { maxNesting: 16 });
markdown.validateLink = (url) => /^(?:https?|mailto):/iu.test(url.trim());
markdown.renderer.rules['image'] = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? '');
