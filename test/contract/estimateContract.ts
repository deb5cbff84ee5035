import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { Priced } from '../../anomaly-service/src/stages/price.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { usageEvent } from '../support/rows.ts';

import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const PRICED: Priced = {
	costMicroCents: 1,
	costSource: 'price',
	lineItems: [],
	contextTokens: 1,
};

/** What estimates are learned from, through any transport of the SQL functions. */
export function estimateContract(name: string, open: () => Promise<Database>): void {
	describe(`recent usage through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const record = (
			tenantId: string,
			calls: readonly { at: number; data?: Parameters<typeof usageEvent>[0] }[],
		) =>
			db.call('record_usage', {
				events: calls.map(({ at, data }) =>
					usageRow(
						usageEvent({ ...data, subject: tenantId, time: iso(at) }),
						PRICED,
						NOON + 3_600_000,
					),
				),
			});
		const outputs = (count: number, from: number) =>
			Array.from({ length: count }, (_, i) => ({
				at: from + i * 1000,
				data: { data: { usage: { output: i } } },
			}));
		const recent = (since: number, limits: { tenants?: number; callsPerTenant?: number } = {}) =>
			db.call('recent_usage', {
				since: iso(since),
				tenants: limits.tenants ?? 100,
				callsPerTenant: limits.callsPerTenant ?? 100,
			});

		it('has what a call used, the cached tokens within its input', async () => {
			const tenantId = newTenant();
			const usage = {
				...{ inputUncached: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4000 },
				...{ inputAudio: 50_000, output: 6, reasoning: 5, outputAudio: 70 },
			};
			await record(tenantId, [{ at: NOON, data: { data: { usage } } }]);

			const calls = (await recent(NOON)).filter(([of]) => of === tenantId);
			expect(calls).toEqual([[tenantId, 'openai', 'gpt-4o-mini', 54_321, 20, 76]]);
		});

		it('has the last calls of each tenant, oldest first over all of them', async () => {
			const [one, other] = [newTenant(), newTenant()];
			await record(one, outputs(5, NOON));
			await record(other, outputs(5, NOON + 500));

			const calls = (await recent(NOON, { callsPerTenant: 2 })).filter(
				([of]) => of === one || of === other,
			);
			expect(calls.map(([of, , , , , output]) => [of, output])).toEqual([
				[one, 3],
				[other, 3],
				[one, 4],
				[other, 4],
			]);
		});

		it('leaves out what failed, was guessed or used nothing', async () => {
			const tenantId = newTenant();
			await record(tenantId, [
				{ at: NOON, data: { data: { statusCode: 500 } } },
				{ at: NOON, data: { data: { estimated: true } } },
				{ at: NOON, data: { data: { usage: { inputUncached: 0, output: 0 } } } },
				{ at: NOON, data: { data: { statusCode: undefined, usage: { output: 9 } } } },
			]);

			const calls = (await recent(NOON)).filter(([of]) => of === tenantId);
			expect(calls.map((call) => call.at(-1))).toEqual([9]);
		});

		it('has nothing older than it is asked for, and the tenants that were active last', async () => {
			const [early, late] = [newTenant(), newTenant()];
			const begin = NOON + 1_000_000;
			await record(early, outputs(3, begin));
			await record(late, outputs(3, begin + 60_000));

			const since = await recent(begin + 1000);
			expect(since.map(([of, , , , , output]) => [of, output])).toEqual([
				[early, 1],
				[early, 2],
				[late, 0],
				[late, 1],
				[late, 2],
			]);
			const latest = await recent(begin, { tenants: 1 });
			expect(new Set(latest.map(([of]) => of))).toEqual(new Set([late]));
			expect(await recent(begin + 120_000)).toEqual([]);
		});
	});
}
