import { describe, expect, it } from 'vitest';
import type { McpKnown } from '$lib/api/shapes';
import { draftOf, emptyForm, emptyNamed, formOf } from './draft';

const KNOWN: McpKnown = {
  name: 'files',
  title: 'Files',
  description: 'Reads files',
  transport: 'stdio',
  command: 'npx',
  args: ['-y', 'server files'],
  env: [{ name: 'ROOT', description: 'Where', required: true, secret: false }],
  url: '',
  headers: [],
  reaches: '',
  version: '',
  home: '',
  installed: false,
  needs: '',
  source: 'studio',
};

describe('a form for a server', () => {
  it('keeps every argument whole', () => {
    expect(draftOf(formOf(KNOWN), 'Files')).toEqual({
      name: 'files',
      title: 'Files',
      transport: 'stdio',
      start: 'when_needed',
      command: 'npx',
      args: ['-y', 'server files'],
      env: {},
    });
  });

  it('leaves out what belongs to the other kind of connection', () => {
    const form = {
      ...formOf(KNOWN),
      transport: 'http' as const,
      url: ' http://localhost:9/mcp ',
      headers: [{ ...emptyNamed(), name: 'Authorization', value: 'Bearer x' }],
    };
    expect(draftOf(form)).toEqual({
      name: 'files',
      title: '',
      transport: 'http',
      start: 'when_needed',
      url: 'http://localhost:9/mcp',
      headers: { Authorization: { value: 'Bearer x', secret: true } },
    });
  });

  it('does not send values without a name or names without a value', () => {
    const env = [
      { ...emptyNamed(), value: 'lost' },
      { ...emptyNamed(), name: 'EMPTY' },
    ];
    expect(draftOf({ ...emptyForm(), env }).env).toEqual({});
  });
});
