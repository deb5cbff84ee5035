import fc from 'fast-check';
import { inputTokens, NO_USAGE, type Usage } from '../../../core/usage.ts';
import {
	CACHE_LIFETIME_MS,
	CachedPrompts,
	Comparison,
	MIN_CACHED_TOKENS,
	streamKey,
} from '../../../core/whatIf.ts';

const stream = {
	...{ tenantId: 'acme', workflowId: 'wf', nodeName: 'Agent' },
	...{ provider: 'anthropic', model: 'claude' },
};
const used = (changes: Partial<Usage>): Usage => ({ ...NO_USAGE, ...changes });
const count = fc.nat({ max: 20_000 });
const anyUsage = fc
	.record({ inputUncached: count, cacheRead: count, cacheWrite5m: count, output: count })
	.map(used);

describe('calls with prompt caching', () => {
	it('write the shared prefix first, and read it for five minutes after each call', () => {
		const prompts = new CachedPrompts(() => 2000);
		const usageAt = (at: number) => prompts.usageOf(stream, at, used({ inputUncached: 3000 }));

		expect(usageAt(0)).toEqual(used({ inputUncached: 1000, cacheWrite5m: 2000 }));
		expect(usageAt(CACHE_LIFETIME_MS)).toEqual(used({ inputUncached: 1000, cacheRead: 2000 }));
		expect(usageAt(2 * CACHE_LIFETIME_MS)).toMatchObject({ cacheRead: 2000 });
		expect(usageAt(3 * CACHE_LIFETIME_MS + 1)).toMatchObject({ cacheWrite5m: 2000 });
	});

	it('share nothing with other places', () => {
		const prompts = new CachedPrompts(() => 2000);
		const usage = used({ inputUncached: 2000 });
		prompts.usageOf(stream, 0, usage);

		for (const change of [
			{ tenantId: 'b' },
			{ workflowId: null },
			{ nodeName: 'B' },
			{ model: 'b' },
		]) {
			expect(prompts.usageOf({ ...stream, ...change }, 1, usage)).toMatchObject({
				cacheWrite5m: 2000,
			});
		}
	});

	it('keep what was cached already', () => {
		const prompts = new CachedPrompts(() => 3000);

		expect(prompts.usageOf(stream, 0, used({ inputUncached: 2500, cacheRead: 1000 }))).toEqual(
			used({ inputUncached: 500, cacheRead: 1000, cacheWrite5m: 2000 }),
		);
	});

	it('do not cache what is too short to be cached', () => {
		const prompts = new CachedPrompts(() => MIN_CACHED_TOKENS - 1);
		const usage = used({ inputUncached: 9000 });

		expect(prompts.usageOf(stream, 0, usage)).toEqual(usage);
	});

	it('use as many tokens as before, none of them negative', () => {
		const calls = fc.array(fc.tuple(anyUsage, fc.nat({ max: 10 ** 6 })), { maxLength: 20 });
		fc.assert(
			fc.property(calls, count, (all, prefix) => {
				const prompts = new CachedPrompts(() => prefix);
				for (const [usage, at] of all.toSorted((a, b) => a[1] - b[1])) {
					const after = prompts.usageOf(stream, at, usage);

					expect(inputTokens(after)).toBe(inputTokens(usage));
					expect(after.output).toBe(usage.output);
					expect(Object.values(after).every((tokens) => tokens >= 0)).toBe(true);
				}
			}),
		);
	});

	it('are told apart by every name, whatever is in it', () => {
		const names = fc.record({
			tenantId: fc.string(),
			workflowId: fc.option(fc.string()),
			nodeName: fc.option(fc.string()),
			provider: fc.string(),
			model: fc.string(),
		});
		fc.assert(
			fc.property(names, names, (a, b) => {
				const isSame = Object.entries(a).every(
					([name, value]) => Object.entries(b).find(([other]) => other === name)?.[1] === value,
				);
				expect(streamKey(a) === streamKey(b)).toBe(isSame);
			}),
		);
	});
});

describe('a comparison', () => {
	it('adds up to the sums of its models, the costliest first', () => {
		const comparison = new Comparison();
		comparison.add(stream, 10, 4);
		comparison.add({ ...stream, model: 'opus' }, 100, 130);
		comparison.add(stream, 5, 5);

		expect(comparison.total()).toEqual({ events: 3, actualMicroCents: 115, whatIfMicroCents: 139 });
		expect(
			comparison.models().map((one) => [one.model, one.events, one.differenceMicroCents]),
		).toEqual([
			['opus', 1, 30],
			['claude', 2, -6],
		]);
	});
});
