import fc from 'fast-check';
import { approximateBytes, ResponseCache } from '../../../../nodes/FuseModel/responseCache.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const HOUR = 3_600_000;

const answer = (text: string, given: object = {}) => ({
	...{ key: text, make: () => ({ text }), bytes: 100, lifetimeMs: HOUR, now: NOW },
	...given,
});

describe('an answer', () => {
	it('is found until its lifetime is over', () => {
		const cache = new ResponseCache<{ text: string }>();
		cache.keep(answer('a'));

		expect(cache.find('a', NOW + HOUR - 1)).toEqual({ text: 'a' });
		expect(cache.find('a', NOW + HOUR)).toBeUndefined();
		expect([cache.count, cache.bytes]).toEqual([0, 0]);
	});

	it('that its user changes stays as it was for the next one', () => {
		const cache = new ResponseCache<{ text: string }>();
		cache.keep(answer('a'));
		const first = cache.find('a', NOW);
		if (first) first.text = 'changed';

		expect(cache.find('a', NOW)).toEqual({ text: 'a' });
	});

	it('takes the place of an older one of the same call', () => {
		const cache = new ResponseCache<{ text: string }>();
		cache.keep(answer('a'));
		cache.keep(answer('a', { make: () => ({ text: 'new' }), bytes: 50, now: NOW + 1 }));

		expect(cache.find('a', NOW + HOUR)).toEqual({ text: 'new' });
		expect([cache.count, cache.bytes]).toEqual([1, 350]);
	});

	it.each([
		['without a lifetime', { lifetimeMs: 0 }],
		['larger than the cache', { bytes: 1e9 }],
		['of unknown size', { bytes: NaN }],
		['without a size', { bytes: approximateBytes(undefined) }],
	])('%s is not kept', (_what, given) => {
		const cache = new ResponseCache<{ text: string }>();
		cache.keep(answer('a', given));

		expect([cache.count, cache.bytes]).toEqual([0, 0]);
	});
});

describe('the bounds', () => {
	it('let the least recently used go', () => {
		const cache = new ResponseCache<{ text: string }>({ maxEntries: 2 });
		cache.keep(answer('a'));
		cache.keep(answer('b'));
		cache.find('a', NOW);
		cache.keep(answer('c'));

		expect(['a', 'b', 'c'].map((key) => cache.find(key, NOW)?.text)).toEqual(['a', undefined, 'c']);
	});

	it('hold for entries and bytes, whatever is kept, and what was kept last is there', () => {
		const step = fc.record({
			...{ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), bytes: fc.nat(4000) },
			...{ lifetimeMs: fc.nat(1000), passMs: fc.nat(300), isAsked: fc.boolean() },
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const cache = new ResponseCache<string>({ maxEntries: 3, maxBytes: 6000 });
				const expiresAt = new Map<string, number>();
				let now = NOW;
				for (const { key, bytes, lifetimeMs, passMs, isAsked } of steps) {
					if (isAsked) {
						const found = cache.find(key, now);
						if (found !== undefined) expect(now).toBeLessThan(expiresAt.get(key) ?? 0);
					} else {
						cache.keep({ key, bytes, lifetimeMs, now, make: () => key });
						expiresAt.set(key, now + lifetimeMs);
						expect(cache.find(key, now)).toBe(lifetimeMs > 0 ? key : undefined);
					}
					expect(cache.count).toBeLessThanOrEqual(3);
					expect(cache.bytes).toBeLessThanOrEqual(6000);
					expect(cache.bytes).toBeGreaterThanOrEqual(cache.count * 300);
					now += passMs;
				}
			}),
		);
	});
});

describe('the size of an answer', () => {
	it('is two bytes for each character', () => {
		expect(approximateBytes({ a: 'bc' })).toBe(20);
	});

	it('that holds itself is too large to keep', () => {
		const endless: Record<string, unknown> = {};
		endless['self'] = endless;

		expect(approximateBytes(endless)).toBe(Infinity);
	});
});
