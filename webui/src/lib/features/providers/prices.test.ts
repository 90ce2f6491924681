import { describe, expect, test } from 'vitest';
import type { OfferedModel } from '$lib/api/shapes';
import { costOfTelling, priceOf } from './prices';

const prices = { input: 3, output: 15, cache_read: null, cache_write: null };
const model: OfferedModel = {
  provider: 'custom',
  name: 'large',
  context_window: 1_000_000,
  prices,
  above: 200_000,
  prices_above: { ...prices, input: 6 },
};

describe('what a question costs', () => {
  test('is its tokens', () => {
    expect(costOfTelling(model, 100_000)).toBeCloseTo(0.3);
  });

  test('is more where a long one costs more', () => {
    expect(costOfTelling(model, 200_000)).toBeCloseTo(0.6);
    expect(costOfTelling(model, 200_001)).toBeCloseTo(1.2);
  });

  test('is not known of a model without a price, nor of none', () => {
    expect(costOfTelling({ ...model, prices: null }, 1)).toBeNull();
    expect(costOfTelling({ ...model, prices_above: null }, 300_000)).toBeNull();
    expect(priceOf(null)).toBeNull();
  });
});
