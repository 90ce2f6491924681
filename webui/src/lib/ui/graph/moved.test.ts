import { beforeEach, expect, test } from 'vitest';
import type { Place } from './layers';
import { findMoved, forgetMoved, keepMoved } from './moved';

const places = (found: Record<string, Place>) => new Map(Object.entries(found));

beforeEach(() => localStorage.clear());

test('each graph has its places, in each direction', () => {
  keepMoved('one', 'right', places({ a: [1, 2] }));
  keepMoved('one', 'down', places({ a: [3, 4] }));
  keepMoved('two', 'right', places({ a: [5, 6] }));
  forgetMoved('two', 'right');
  expect(findMoved('one', 'right')).toEqual(places({ a: [1, 2] }));
  expect(findMoved('one', 'down')).toEqual(places({ a: [3, 4] }));
  expect(findMoved('two', 'right')).toEqual(places({}));
});

test('only so many are remembered, the latest', () => {
  for (let number = 0; number < 120; number++)
    keepMoved(`graph ${number}`, 'right', places({ a: [number, 0] }));
  expect(findMoved('graph 19', 'right')).toEqual(places({}));
  expect(findMoved('graph 20', 'right')).toEqual(places({ a: [20, 0] }));
  expect(findMoved('graph 119', 'right')).toEqual(places({ a: [119, 0] }));
});

test.each(['{broken', '"text"', '{"one/right": {"a": ["x", 1]}}', '{"one/right": 5}', 'null'])(
  'what cannot be read, as %s, is nothing',
  (kept) => {
    localStorage.setItem('studio.graph.moved', kept);
    expect(findMoved('one', 'right')).toEqual(places({}));
  },
);
