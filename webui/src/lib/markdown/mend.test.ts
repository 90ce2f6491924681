import { describe, expect, test } from 'vitest';
import { isInsideFence, mend } from './mend';

describe('text that is half there', () => {
  test.each([
    ['some **bold', 'some **bold**'],
    ['some **bold ', 'some **bold**'],
    ['some *word', 'some *word*'],
    ['some ~~old', 'some ~~old~~'],
    ['**bold and *both', '**bold and *both***'],
    ['some `code', 'some `code`'],
    ['some ``co`de', 'some ``co`de``'],
    ['`code` and **more', '`code` and **more**'],
    ['a [link](https://exa', 'a link'],
    ['a [lin', 'a lin'],
    ['an ![image](https://exa', 'an image'],
    ['ends with a mark *', 'ends with a mark'],
    ['ends with marks **', 'ends with marks'],
    ['text\n-', 'text'],
    ['text\n- ', 'text'],
    ['text\n==', 'text'],
    ['text\n\n##', 'text'],
    ['1. one\n2', '1. one'],
    ['text\n\n| name | si', 'text\n\n'],
    ['text\n\n| name | size |\n|--', 'text\n\n'],
    ['- **first** x\n- **sec', '- **first** x\n- **sec**'],
  ])('%j is shown as %j', (half, whole) => {
    expect(mend(half).trimEnd()).toBe(whole.trimEnd());
  });

  test.each([
    'plain text.',
    '2 * 3 * 4 = 24',
    'glob *.py files',
    'snake_case and _private names',
    'done **bold** and *it* and `code`',
    'a [link](https://example.com) there',
    'list[0] and [1, 2]',
    '| a | b |\n|---|---|\n| 1 | 2',
    '```python\nx = "**not bold\n',
    '~~~\nstill ``code\n',
  ])('%j stays as it is', (text) => {
    expect(mend(text).trimEnd()).toBe(text.trimEnd());
  });

  test('code that begins to close is not shown closing', () => {
    expect(mend('```js\nlet x;\n``')).toBe('```js\nlet x;\n');
  });

  test('fences are told from what stands in them', () => {
    expect(isInsideFence('```\ncode')).toBe(true);
    expect(isInsideFence('```\ncode\n```\n')).toBe(false);
    expect(isInsideFence('````\n```\nstill')).toBe(true);
    expect(isInsideFence('- item\n  ```js\n  code')).toBe(true);
    expect(isInsideFence('- item\n  ```js\n  code\n  ```')).toBe(false);
    expect(isInsideFence('text `code` text')).toBe(false);
  });
});
