import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPriceBook, type ModelPrices } from '../../../core/priceBook.ts';
import { priceUsage } from '../../../core/prices.ts';
import { toUsageEvent, type DemoCall } from '../../../demo/traffic/call.ts';
import { runaway } from '../../../demo/traffic/runaway.ts';
import { loadTenants, RUNAWAY_TENANT_ID } from '../../../demo/traffic/tenants.ts';
import { live, week } from '../../../demo/traffic/traffic.ts';

const PRICES = join(import.meta.dirname, '../../../anomaly-service/data/priceRates.json');
const { models } = JSON.parse(readFileSync(PRICES, 'utf8')) as { models: ModelPrices[] };
const BOOK = createPriceBook(models);
const USD = 100_000_000;

const FROM = Date.parse('2026-11-21T09:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOOP = [...runaway({ tenantId: RUNAWAY_TENANT_ID, from: FROM, minutes: 10 })];

function usdOf(calls: readonly DemoCall[]): number {
	return calls.reduce((sum, call) => sum + priceOf(call), 0);
}

function priceOf(call: DemoCall): number {
	const rates = BOOK.find(call.provider, call.model)?.rates ?? new Map();
	const { usage } = toUsageEvent(call).data;
	const { costMicroCents, unpriced } = priceUsage({ usage, at: call.at }, rates);
	if (unpriced.length > 0) throw new Error(`${call.model} has no price for all it used`);
	return costMicroCents / USD;
}

function between(calls: readonly DemoCall[], fromMs: number, toMs: number): DemoCall[] {
	return calls.filter(({ at }) => at >= fromMs && at < toMs);
}

const minute = (n: number) => between(LOOP, FROM + (n - 1) * MINUTE_MS, FROM + n * MINUTE_MS);

function usual(seed?: string) {
	const tenant = loadTenants().find(({ tenantId }) => tenantId === RUNAWAY_TENANT_ID);
	if (!tenant) throw new Error('no such tenant');
	const options = seed === undefined ? {} : { seed };
	const calls = [...week(tenant, { until: FROM, ...options })];
	const sameHours = [1, 2, 3, 4, 5, 6, 7].map((day) => FROM - day * 24 * HOUR_MS);

	return {
		hour: [...live(tenant, { from: FROM, minutes: 60, ...options })],
		weekMean: usdOf(calls) / (7 * 24 * 60),
		sameHour: sameHours.reduce(
			(sum, at) => sum + usdOf(between(calls, at, at + HOUR_MS)) / 7 / 60,
			0,
		),
		sameHourOfWeek: usdOf(between(calls, FROM - 7 * 24 * HOUR_MS, FROM - 167 * HOUR_MS)) / 60,
	};
}

describe('the runaway loop', () => {
	it('spends 5 to 6 times the usual of that hour in its first minute, and less than 10 USD', () => {
		const { weekMean, sameHour, sameHourOfWeek } = usual();
		const spent = usdOf(minute(1));

		expect(spent / weekMean).toBeGreaterThan(5);
		for (const ofThatHour of [sameHour, sameHourOfWeek]) {
			expect(spent / ofThatHour).toBeGreaterThan(5);
			expect(spent / ofThatHour).toBeLessThan(6);
		}
		expect(spent).toBeLessThan(10);
	});

	it.each(['a', 'b', 'c'])('is over 400 %% in its first minute with seed %s too', (seed) => {
		const { weekMean, sameHour, sameHourOfWeek } = usual(seed);

		expect(usdOf(minute(1)) / Math.max(weekMean, sameHour, sameHourOfWeek)).toBeGreaterThan(5);
	});

	it('makes enough calls in its first minute for a ratio to mean something', () => {
		expect(minute(1).length).toBeGreaterThanOrEqual(20);
	});

	it('spends more than 10 USD in its second minute and 10 to 14 in every one after', () => {
		for (let n = 2; n <= 10; n++) {
			expect(usdOf(minute(n))).toBeGreaterThan(10);
			expect(usdOf(minute(n))).toBeLessThan(14);
		}
	});

	it('would spend 14,000 USD before the day is over', () => {
		const day = [...runaway({ tenantId: RUNAWAY_TENANT_ID, from: FROM, minutes: 24 * 60 })];

		expect(usdOf(day)).toBeGreaterThan(14_000);
		expect(Math.max(...day.map(({ input }) => input))).toBeLessThanOrEqual(200_000);
	});

	it('is not hidden in an ordinary hour: no minute of that one comes near the cap', () => {
		const { hour } = usual();
		const minutes = Array.from({ length: 60 }, (_, i) =>
			usdOf(between(hour, FROM + i * MINUTE_MS, FROM + (i + 1) * MINUTE_MS)),
		);

		expect(Math.max(...minutes)).toBeLessThan(2);
	});

	it('grows its prompt by 1,500 tokens a turn and quickens its pace up to the token limit', () => {
		const prompts = [...new Set(LOOP.map(({ input }) => input))];
		const grown = prompts.slice(1).map((input, i) => input - (prompts[i] ?? 0));

		expect(new Set(grown)).toEqual(new Set([1500]));
		expect(minute(2).length).toBeGreaterThan(5 * minute(1).length);
	});

	it('is the same for the same seed, in order of time, with an id for each call', () => {
		const again = [...runaway({ tenantId: RUNAWAY_TENANT_ID, from: FROM, minutes: 10 })];

		expect(again).toEqual(LOOP);
		expect(LOOP.every(({ at }, i) => at >= (LOOP[i - 1]?.at ?? FROM))).toBe(true);
		expect(new Set(LOOP.map(({ id }) => id)).size).toBe(LOOP.length);
	});
});
