import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/durations.ts';
import { usageEvent } from '../support/rows.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** What is read back of the recent past guarantees, through every transport. */
export function activityContract(name: string, open: () => Promise<Database>): void {
	describe(`recent activity through ${name}`, () => {
		const db = sharedDatabase(open);
		const nextTenant = tenantNames();
		type Given = { at: number; cacheRead?: number; statusCode?: number; provider?: string };
		const record = (tenantId: string, given: Given[]) =>
			db.call('record_usage', {
				events: given.map(({ at, cacheRead = 0, statusCode = 200, provider = 'openai' }) =>
					usageRow(
						usageEvent({
							...{ subject: tenantId, time: iso(at) },
							data: {
								...{ statusCode, provider, endpoint: `${tenantId}.example.com`, model: 'm' },
								usage: { inputUncached: 100, cacheRead },
							},
						}),
						{ costMicroCents: 5, costSource: 'price', lineItems: [], contextTokens: 0 },
						NOON,
					),
				),
			});
		const read = async (tenantId: string) => {
			const recent = await db.call('recent_activity', {
				since: iso(NOON - 8 * DAY_MS),
				healthSince: iso(NOON - HOUR_MS),
			});
			return {
				hours: recent.hours.filter(([id]) => id === tenantId).sort(([, a], [, b]) => a - b),
				cached: recent.cached.filter(([id]) => id === tenantId).sort(([, , a], [, , b]) => a - b),
				providers: recent.providers.filter(([endpoint]) => endpoint === `${tenantId}.example.com`),
			};
		};

		it('has what an hour cost, and in which of its quarters there were calls', async () => {
			const tenantId = nextTenant();
			await record(tenantId, [
				{ at: NOON - 2 * HOUR_MS },
				{ at: NOON - 2 * HOUR_MS + 44 * MINUTE_MS },
				{ at: NOON - MINUTE_MS },
				{ at: NOON - 9 * DAY_MS },
			]);

			expect((await read(tenantId)).hours).toEqual([
				[tenantId, NOON - 2 * HOUR_MS, 10, 0b0101],
				[tenantId, NOON - HOUR_MS, 5, 0b1000],
			]);
		});

		it('has the cached share of each day of a model that used a cache at all, without what failed', async () => {
			const tenantId = nextTenant();
			const without = nextTenant();
			await record(tenantId, [
				{ at: NOON - DAY_MS },
				{ at: NOON, cacheRead: 300 },
				{ at: NOON, cacheRead: 900, statusCode: 500 },
			]);
			await record(without, [{ at: NOON }]);
			const day = Math.floor(NOON / DAY_MS);

			expect((await read(tenantId)).cached).toEqual([
				[tenantId, `${tenantId}.example.com|m`, day - 1, 1, 100, 0],
				[tenantId, `${tenantId}.example.com|m`, day, 1, 400, 300],
			]);
			expect((await read(without)).cached).toEqual([]);
		});

		it('says whose endpoints were called lately', async () => {
			const tenantId = nextTenant();
			await record(tenantId, [
				{ at: NOON - 2 * HOUR_MS, provider: 'earlier' },
				{ at: NOON - MINUTE_MS, provider: 'groq' },
			]);

			expect((await read(tenantId)).providers).toEqual([[`${tenantId}.example.com`, 'groq']]);
		});
	});
}
