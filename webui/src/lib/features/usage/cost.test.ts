import { expect, test } from 'vitest';
import en from '$lib/i18n/en';
import fr from '$lib/i18n/fr';
import { Language } from '$lib/i18n/language.svelte';
import { sayCost, sayDoubts } from './cost';

const english = new Language('en', en);
const french = new Language('fr', fr);

test('nothing, something, at least something and nobody knows are told apart', () => {
  const costs: [number | null, number][] = [
    [0, 0],
    [1.5, 0],
    [1.5, 2],
    [0, 2],
    [null, 2],
  ];
  const said = costs.map(([cost, unpriced_rounds]) => sayCost({ cost, unpriced_rounds }, english));
  expect(said).toEqual(['nothing', '$1.50', '$1.50\u00a0+', 'unknown', 'unknown']);
});

test('what is not certain is said', () => {
  expect(sayDoubts({ unpriced_rounds: 0, estimated_rounds: 0 }, english)).toBe('');
  expect(sayDoubts({ unpriced_rounds: 1, estimated_rounds: 2 }, english)).toBe(
    'The price of 1 request is not known. 2 requests were estimated.',
  );
  expect(sayDoubts({ unpriced_rounds: 2, estimated_rounds: 1 }, french)).toBe(
    'Le prix de 2 requêtes n’est pas connu. 1 requête a été estimée.',
  );
});
