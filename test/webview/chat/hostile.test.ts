import '../dom.js';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AnswerBody } from '../../../src/webview/chat/markdown/answer-body.js';
import { codeUseOf } from '../../../src/webview/chat/markdown/code-figure.js';

const allowed = new Set(
  'DIV P BR HR H1 H2 H3 H4 H5 H6 BLOCKQUOTE UL OL LI STRONG EM S CODE PRE SPAN A TABLE THEAD TBODY TR TH TD FIGURE FIGCAPTION BUTTON'.split(
    ' ',
  ),
);

function show(text: string): HTMLElement {
  const container = document.createElement('div');
  document.body.append(container);
  new AnswerBody(container).show({ text, verifiedLength: text.length, streaming: false });
  container.remove();
  return container;
}

function assertHarmless(container: HTMLElement): void {
  for (const element of container.querySelectorAll('*')) {
    assert.ok(allowed.has(element.tagName), `${element.tagName} got through`);
    for (const { name, value } of element.attributes) {
      assert.ok(!name.startsWith('on'), `${name} got through`);
      assert.ok(!['src', 'style', 'srcset', 'srcdoc', 'action', 'formaction', 'id'].includes(name), name);
      if (name === 'href') assert.match(value, /^(?:https?|mailto):/iu);
    }
  }
}

describe('hostile answers', () => {
  const cases: Readonly<Record<string, string>> = {
    'script tag': '<script>window.harmed = true</script>',
    'event handler': '<img src=x onerror="window.harmed = true">',
    'svg script': '<svg><script>window.harmed = true</script></svg>',
    iframe: '<iframe srcdoc="<script>parent.harmed = true</script>"></iframe>',
    style: '<style>* { display: none }</style><p style="position:fixed">over everything</p>',
    form: '<form action="https://evil.example"><input name="password"></form>',
    'mutation XSS':
      '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    'javascript link': '[click](javascript:window.harmed=true)',
    'javascript link, disguised':
      '[click](java\tscript:window.harmed=true) [b](JaVaScRiPt:1) [c](&#106;avascript:1)',
    'command link': '[run](command:workbench.action.terminal.new)',
    'file and vscode links':
      '[a](file:///etc/passwd) [b](vscode://x/y) [c](data:text/html,<script>1</script>)',
    'reference link': '[a][x]\n\n[x]: javascript:alert(1)',
    'remote image': '![pixel](https://evil.example/pixel.png)',
    'fence language': '```"><img src=x onerror=alert(1)>\ncode\n```',
    'html in a fence': '```html\n<script>window.harmed = true</script>\n```',
    'code figure forged': '<figure><button data-code-use="insert">x</button></figure>',
  };

  for (const [name, text] of Object.entries(cases)) {
    it(`${name} renders as text`, () => {
      const shown = show(text);
      assertHarmless(shown);
      assert.equal(Reflect.get(window, 'harmed'), undefined);
    });
  }

  it('shows what was written in a script tag instead of running or hiding it', () => {
    assert.match(show('<script>alert(1)</script>').textContent ?? '', /<script>alert\(1\)<\/script>/u);
  });

  it('names invisible reordering characters, and leaves them out of what is inserted', () => {
    const shown = show('```js\nif (admin\u202E) { \u2066return\u2069 }\n```');
    const marks = [...shown.querySelectorAll('.hidden-control')].map((mark) => mark.textContent);
    assert.deepEqual(marks, ['U+202E', 'U+2066', 'U+2069']);
    const button = shown.querySelector('[data-code-use="insert"]');
    assert.ok(button);
    assert.equal(codeUseOf(button)?.code.text, 'if (admin) { return }\n');
  });

  it('a megabyte of backticks is plain text and does not hang', () => {
    const shown = show('`'.repeat(1_000_000));
    assertHarmless(shown);
    assert.equal(shown.querySelector('pre')?.textContent?.length, 1_000_000);
  });

  for (const piece of ['`a', '>', '- ', '[', '*a_', '![](', '|', '<', '\\']) {
    it(`20,000 characters of ${JSON.stringify(piece)} render without hanging`, () => {
      assertHarmless(show(piece.repeat(Math.floor(19_900 / piece.length))));
    });
  }

  it('300,000 characters in short lines render as blocks without hanging', () => {
    assert.ok(show('- item\n\nword\n\n'.repeat(300)).children.length > 500);
    assert.equal(show('> x\n'.repeat(75_000)).children.length, 1);
  });

  it('deep nesting does not overflow the stack', () => {
    assertHarmless(show(`${'> '.repeat(5000)}deep`));
  });

  it('any text is harmless, in whatever pieces it comes', () => {
    const fragment = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '`',
        '```',
        '[',
        '](',
        ')',
        'javascript:',
        'onerror=',
        '<img ',
        '<a href=',
        '\n',
        ' ',
      ],
      ...['**', '_', '|', '---', '&#x', '&lt;', '\u202E', '\0', '\r\n', 'a'],
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 25 }), (pieces) => {
        const container = document.createElement('div');
        const body = new AnswerBody(container);
        for (let count = 1; count <= pieces.length; count += 1) {
          const text = pieces.slice(0, count).join('');
          body.show({ text, verifiedLength: text.length >> 1, streaming: true });
        }
        assertHarmless(container);
      }),
      { numRuns: 20 },
    );
  });
});
