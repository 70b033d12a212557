import { JSDOM } from 'jsdom';

/**
 * A page for code that runs in a webview. Import this module first: libraries look for `window` as they load.
 * Scripts in the page would run, so that a test can see whether hostile text got one through.
 */
const { window } = new JSDOM(
  '<!DOCTYPE html><html><body><div id="root" data-l10n="{}"></div></body></html>',
  {
    runScripts: 'dangerously',
    pretendToBeVisual: true,
  },
);

Object.assign(globalThis, {
  window,
  document: window.document,
  Node: window.Node,
  NodeFilter: window.NodeFilter,
  Text: window.Text,
  Element: window.Element,
  HTMLElement: window.HTMLElement,
  MessageEvent: window.MessageEvent,
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
});
