import { expect, test } from 'vitest';
import type { SkillClient, SkillDeployment } from '$lib/api/shapes';
import { placingOf } from './placing';

const client = (name: SkillClient['name'], folder: string, project: string): SkillClient => ({
  name,
  title: name,
  installed: true,
  folder,
  folders: [folder],
  project_folders: [project],
});

const CLIENTS = [
  client('shared', '/home/ada/.agents/skills', '.agents/skills'),
  client('claude-code', '/home/ada/.claude/skills', '.claude/skills'),
  client('codex', '/home/ada/.codex/skills', '.agents/skills'),
];

const at = (path: string): SkillDeployment => ({
  path,
  source: '/data/skills/a',
  mode: 'link',
  clients: [],
  intact: true,
  created_at: '2026-11-23T12:00:00Z',
});

test('a skill in a program’s own folder is for it', () => {
  expect(placingOf(at('/home/ada/.claude/skills/a'), CLIENTS)).toEqual({
    targets: ['claude-code'],
    project: '',
  });
});

test('one in a project is for all that read there', () => {
  const placing = { targets: ['shared', 'codex'], project: '/home/ada/work' };
  expect(placingOf(at('/home/ada/work/.agents/skills/a'), CLIENTS)).toEqual(placing);
});

test('one where nobody reads is for nobody', () => {
  expect(placingOf(at('/somewhere/else/a'), CLIENTS)).toBeNull();
});
