import { beforeEach, describe, expect, test } from 'vitest';
import { MarkdownBlocks, type View } from './blocks';
import { highlight } from './highlight';

const labels = {
  copy: 'Copy',
  wrap: 'Wrap',
  code: 'Code',
  table: 'Table',
  image: 'Image',
  diagram: 'Diagram',
  source: 'As text',
};
const open: View = { labels, highlight: null, isComplete: false };
const complete: View = { ...open, isComplete: true };

const DOCUMENT = `# Title

A paragraph with **bold**, *italics*, \`code\`, a [link](https://example.com/x) and a [named one][ref].
It goes on.

- one
- two with **strong**
  - nested

  - loose
- three

1. first

   \`\`\`python
   def f(): return "**x**"
   \`\`\`

2. second

\`\`\`ts
const x = \`a\`;

// after a blank line
\`\`\`

| name | size |
|---|---:|
| alpha | 1 |
| beta | 22 |

> quoted
> text

Heading below
---

    indented code

* * *

[ref]: https://ref.example/page

The end.`;

const htmlOf = (blocks: { html: string }[]) => blocks.map(({ html }) => html);

function dom(html: string): HTMLElement {
  const node = document.createElement('div');
  node.innerHTML = html;
  return node;
}

const whole = (source: string) => dom(htmlOf(new MarkdownBlocks().update(source, complete)).join(''));

describe('text that grows', () => {
  let blocks: MarkdownBlocks;
  beforeEach(() => (blocks = new MarkdownBlocks()));

  test.each([1, 2, 3, 7, 50])('ends as if it had come at once, in pieces of %i', (size) => {
    for (let end = size; end < DOCUMENT.length; end += size) blocks.update(DOCUMENT.slice(0, end), open);
    expect(htmlOf(blocks.update(DOCUMENT, complete))).toEqual(
      htmlOf(new MarkdownBlocks().update(DOCUMENT, complete)),
    );
  });

  test('never changes a block that is finished', () => {
    // A name whose target comes later is the one thing that is only known at the end.
    const source = DOCUMENT.replace('[named one][ref]', 'named one');
    let finished: string[] = [];
    for (let end = 1; end <= source.length; end++) {
      const now = htmlOf(blocks.update(source.slice(0, end), open));
      expect(now.slice(0, finished.length)).toEqual(finished);
      // All but the last, which still grows.
      if (now.length > finished.length) finished = now.slice(0, -1);
    }
    expect(finished.length).toBeGreaterThan(8);
  });

  test('gives finished blocks the same objects again', () => {
    const first = blocks.update('one\n\ntwo', open)[0];
    expect(blocks.update('one\n\ntwo and more\n\nthree', open)[0]).toBe(first);
  });

  test('begins again when the text is another', () => {
    blocks.update('one\n\ntwo', open);
    expect(htmlOf(blocks.update('other\n\ntext', complete))).toEqual(['<p>other</p>\n', '<p>text</p>\n']);
  });

  test('colours code when it is complete, and later when colours come later', () => {
    const source = '```js\nlet x = 1;\n```\n\nafter';
    expect(blocks.update(source, open)[0]?.html).not.toContain('hljs');
    expect(blocks.hasCode).toBe(true);
    const coloured = blocks.update(source, { ...open, highlight });
    expect(coloured[0]?.html).toContain('hljs-keyword');
    expect(dom(coloured[0]?.html ?? '').querySelector('code')?.textContent).toBe('let x = 1;');
  });
});

describe('what a model wrote', () => {
  test('brings no HTML of its own, except for line breaks', () => {
    const page = whole(
      '<script>alert(1)</script> <img src=x onerror=alert(1)> a<br>b <b>c</b>\n\n<iframe src="x">',
    );
    expect(page.querySelectorAll('script, img, iframe, b')).toHaveLength(0);
    expect(page.querySelectorAll('br')).toHaveLength(1);
    expect(page.textContent).toContain('<script>alert(1)</script>');
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java&#115;cript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'studio:open',
  ])('links to %s are none', (url) => {
    expect(whole(`[text](${url}) ![image](${url}) <${url}>`).querySelectorAll('a, img')).toHaveLength(0);
  });

  test('links open elsewhere and say where they lead', () => {
    const page = whole('[click](https://evil.example/path) https://plain.example [mail](mailto:a@b.example)');
    const links = [...page.querySelectorAll('a')];
    expect(links.map((link) => [link.getAttribute('href'), link.target, link.rel])).toEqual([
      ['https://evil.example/path', '_blank', 'noopener noreferrer'],
      ['https://plain.example', '_blank', 'noopener noreferrer'],
      ['mailto:a@b.example', '_blank', 'noopener noreferrer'],
    ]);
    const targets = [...page.querySelectorAll('.target')].map((target) => target.textContent);
    expect(targets).toEqual(['evil.example', 'a@b.example']);
  });

  test('a link that looks like another says so', () => {
    const page = whole('[https://good.example](https://evil.example)');
    expect(page.querySelector('.target')?.textContent).toBe('evil.example');
  });

  test('paths are shown and never opened', () => {
    const page = whole('[the file](./src/app.py) [other](//evil.example/x)');
    expect(page.querySelectorAll('a')).toHaveLength(0);
    expect(page.querySelector('.local-link')?.textContent).toBe('the file');
  });

  test('images elsewhere are named, not loaded', () => {
    const page = whole('![pixel](https://tracker.example/p.png?leak=1)');
    expect(page.querySelectorAll('img')).toHaveLength(0);
    expect(page.querySelector('a.remote-image')?.textContent).toBe('Image: pixel');
    expect(page.querySelector('.target')?.textContent).toBe('tracker.example');
  });

  test('code has its language, and buttons to copy and wrap', () => {
    const page = whole('```<b>x</b>"\n<i>&amp;</i>\n```');
    expect(page.querySelector('figcaption span')?.textContent).toBe('<b>x</b>"');
    expect(page.querySelector('code')?.textContent).toBe('<i>&amp;</i>');
    expect([...page.querySelectorAll('button')].map((button) => button.dataset['act'])).toEqual([
      'wrap',
      'copy',
    ]);
  });

  test('a table and code can be scrolled by keyboard', () => {
    const page = whole('| a |\n|---|\n| 1 |\n\n```\nx\n```');
    const names = [...page.querySelectorAll('[tabindex="0"]')].map((node) => node.getAttribute('aria-label'));
    expect(names).toEqual(['Table', 'Code']);
  });

  test('formulas wait to be drawn, with their source', () => {
    const page = whole('Is $a_1 * b_2 * c$ or \\(x\\)?\n\n$$\nx = 1\n\n- y * z\n$$\n\n\\[ <b> \\]');
    const formulas = [...page.querySelectorAll('.math')];
    expect(formulas.map((node) => [node.className.trim(), node.textContent])).toEqual([
      ['math', 'a_1 * b_2 * c'],
      ['math', 'x'],
      ['math display', 'x = 1\n\n- y * z'],
      ['math display', '<b>'],
    ]);
    expect(page.querySelector('em, li, b')).toBeNull();
  });

  test.each(['It costs $5 and $10.', 'a $ b $ c', '`$x$` is code', 'one $ alone', '\\$x\\$'])(
    'there is no formula in %s',
    (source) => expect(whole(source).querySelector('.math')).toBeNull(),
  );

  test('diagrams are code until they are drawn', () => {
    const page = whole('```mermaid\ngraph TD; A-->B\n```');
    expect(page.querySelector('.diagram code')?.textContent).toBe('graph TD; A-->B');
    expect(page.querySelector('[data-act=source]')?.textContent).toBe('As text');
  });

  test('tasks have boxes', () => {
    expect(whole('- [ ] open\n- [x] done').textContent.trim()).toBe('☐ open\n☑ done');
  });
});
