import { describe, expect, it } from 'vitest';
import { argumentsOf, fieldsOf } from './schema-form';

const SCHEMA = {
  type: 'object',
  properties: {
    depth: { type: 'integer', description: 'How deep' },
    path: { type: 'string', title: 'Path' },
    all: { type: 'boolean' },
    order: { enum: ['name', 2] },
    filter: { type: 'object' },
  },
  required: ['path'],
};

describe('a form made from a schema', () => {
  it('has a field for each argument, the required ones first', () => {
    expect(
      fieldsOf(SCHEMA).map(({ name, kind, title, about, required }) => [name, kind, title, about, required]),
    ).toEqual([
      ['path', 'text', 'Path', '', true],
      ['depth', 'number', 'depth', 'How deep', false],
      ['all', 'flag', 'all', '', false],
      ['order', 'choice', 'order', '', false],
      ['filter', 'json', 'filter', '', false],
    ]);
    expect(fieldsOf(null)).toEqual([]);
    expect(fieldsOf({ type: 'object' })).toEqual([]);
  });

  it('takes what a server wrote that is no schema', () => {
    expect(fieldsOf([1])).toEqual([]);
    expect(fieldsOf({ properties: 'all' })).toEqual([]);
    const odd = fieldsOf({ properties: { a: null, b: 7, c: { enum: ['x', 'x'] } } });
    expect(odd.map(({ name, kind, choices }) => [name, kind, choices])).toEqual([
      ['a', 'json', []],
      ['b', 'json', []],
      ['c', 'choice', ['"x"']],
    ]);
  });

  it('gives what was typed as what it is', () => {
    const typed = { path: '12', depth: '3', all: true, order: '2', filter: '{"a": [1]}' };
    expect(argumentsOf(fieldsOf(SCHEMA), typed)).toEqual({
      path: '12',
      depth: 3,
      all: true,
      order: 2,
      filter: { a: [1] },
    });
  });

  it('leaves out what was left empty', () => {
    expect(argumentsOf(fieldsOf(SCHEMA), { depth: '', filter: '' })).toEqual({ path: '' });
  });

  it('names the field that is no JSON', () => {
    expect(() => argumentsOf(fieldsOf(SCHEMA), { filter: '{a' })).toThrow(/^filter: /);
  });
});
