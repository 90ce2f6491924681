import { describe, expect, test } from 'vitest';
import type { Skill } from '$lib/api/shapes';
import { addressOf, ALL, choose, type Choice } from './choosing';

const skill = (name: string, more: Partial<Skill> = {}): Skill => ({
  name,
  description: `About ${name}.`,
  path: `/home/ada/.claude/skills/${name}`,
  scope: 'personal',
  valid: true,
  seen_by: ['claude-code'],
  trusted: true,
  enabled: true,
  link: '',
  problems: 0,
  hidden_in: [],
  same_as: [],
  differs_from: [],
  folder_trust: '',
  ...more,
});

const SKILLS = [
  skill('brew', { scope: 'library', seen_by: ['studio'] }),
  skill('café', { valid: false, problems: 1 }),
  skill('draw', { scope: 'project', trusted: false, seen_by: [] }),
  skill('ebb', { differs_from: ['/elsewhere/ebb'], enabled: false }),
  skill('flow', { same_as: ['/elsewhere/flow'] }),
];

describe('of all skills', () => {
  test.each<[string, Partial<Choice>, string[]]>([
    ['all', {}, ['brew', 'café', 'draw', 'ebb', 'flow']],
    ['those with every word, accents aside', { words: 'CAFE about' }, ['café']],
    ['those of a place', { scope: 'project' }, ['draw']],
    ['those that a program sees', { client: 'studio' }, ['brew']],
    ['those that are not valid', { state: 'problems' }, ['café']],
    ['those whose namesakes differ', { state: 'conflicts' }, ['ebb']],
    ['those that lie in several places', { state: 'doubled' }, ['flow']],
    ['those the chat is not told of', { state: 'off' }, ['draw', 'ebb']],
  ])('%s are shown', (_, choice, names) => {
    expect(choose(SKILLS, { ...ALL, ...choice }).map(({ name }) => name)).toEqual(names);
  });
});

test('the address of a skill says which of several is meant', () => {
  expect(addressOf({ name: 'a/b', path: '/x y/a' })).toBe('/library/skills/a%2Fb?path=%2Fx%20y%2Fa');
});
