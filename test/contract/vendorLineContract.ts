import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { NO_USAGE } from '../../core/usage.ts';
import type { UsageData } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const HOUR_MS = 3_600_000;

type Version = {
	id?: string;
	tenantId?: string;
	cost: number;
	at?: number;
	version?: number | null;
	dated?: boolean;
	data?: Partial<UsageData>;
};

/** What recording lines of vendors guarantees, through every transport. */
export function vendorLineContract(name: string, open: () => Promise<Database>): void {
	describe(`lines of a vendor through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const lineOf = (tenant: string, given: Version) => {
			const { id = 'line', tenantId = tenant, cost, at = NOON, version = null, data = {} } = given;
			const event = usageEvent({
				...{ id: `${tenant}/${id}`, source: 'vendor/twilio', subject: tenantId, time: iso(at) },
				data: { provider: 'twilio', model: 'sms', ...data },
			});
			const priced = {
				...{ costMicroCents: cost, costSource: 'vendor' as const, contextTokens: 0 },
				lineItems: [
					{ unit: 'vendorCost' as const, quantity: 1, rateId: 'v', costMicroCents: cost },
				],
			};
			const whole = { ...event, data: { ...event.data, usage: NO_USAGE } };
			return {
				event: usageRow(whole, priced, NOON + HOUR_MS),
				version: version === null ? null : iso(version),
				dated: given.dated ?? true,
			};
		};
		const put = (tenant: string, versions: Version[]) =>
			db.call('put_vendor_lines', {
				lines: versions.map((version) => lineOf(tenant, version)),
				...{ run: randomUUID(), actor: 'key_1', now: iso(NOON) },
			});
		const outcomes = async (tenant: string, versions: Version[]) =>
			(await put(tenant, versions)).map(({ outcome }) => outcome);
		const spend = (tenantId: string, since = NOON - HOUR_MS, until = NOON + HOUR_MS) =>
			db.call('tenant_spend', { tenantId, since: iso(since), until: iso(until) });

		it('records a line once, and answers what is recorded of it', async () => {
			const tenant = newTenant();

			expect(await put(tenant, [{ cost: 7 }, { cost: 7 }])).toEqual([
				{ outcome: 'added', costMicroCents: 7, estimated: false, refunds: false },
				{ outcome: 'unchanged', costMicroCents: 7, estimated: false },
			]);
			expect(await outcomes(tenant, [{ cost: 7 }])).toEqual(['unchanged']);
			expect(await spend(tenant)).toMatchObject({ microCents: 7, requests: 1 });
		});

		it('books the difference once when a line comes with another cost, up and down', async () => {
			const tenant = newTenant();
			await put(tenant, [{ cost: 7 }]);

			expect(await outcomes(tenant, [{ cost: 9 }, { cost: 9 }])).toEqual([
				'corrected',
				'unchanged',
			]);
			expect(await spend(tenant)).toMatchObject({ microCents: 9, requests: 1 });
			await put(tenant, [{ cost: 2 }]);
			expect(await spend(tenant)).toMatchObject({ microCents: 2, requests: 1 });
		});

		it('moves a line to another hour without leaving it in the first', async () => {
			const tenant = newTenant();
			await put(tenant, [{ cost: 7 }]);
			await put(tenant, [{ cost: 7, at: NOON - HOUR_MS }]);

			expect(await spend(tenant, NOON)).toMatchObject({ requests: 0 });
			expect(await spend(tenant)).toMatchObject({ microCents: 7, requests: 1 });
		});

		it('leaves a line that does not say when where it was first', async () => {
			const tenant = newTenant();
			await put(tenant, [{ cost: 7, dated: false }]);
			const later = { cost: 7, dated: false, at: NOON + HOUR_MS };

			expect(await outcomes(tenant, [later])).toEqual(['unchanged']);
			expect(await outcomes(tenant, [{ ...later, cost: 8 }])).toEqual(['corrected']);
			expect(await spend(tenant, NOON, NOON + 1)).toMatchObject({ microCents: 8 });
		});

		it('takes no older version for a newer one', async () => {
			const tenant = newTenant();
			await put(tenant, [{ cost: 7, version: NOON + 2 }]);
			const [older] = await put(tenant, [{ cost: 9, version: NOON + 1 }]);

			expect(older).toEqual({ outcome: 'unchanged', costMicroCents: 7, estimated: false });
			expect(await outcomes(tenant, [{ cost: 9, version: NOON + 3 }])).toEqual(['corrected']);
			expect(await outcomes(tenant, [{ cost: 9, version: NOON + 9 }])).toEqual(['unchanged']);
			expect(await outcomes(tenant, [{ cost: 5, version: NOON + 8 }])).toEqual(['unchanged']);
		});

		it('takes no estimate for what the vendor charged, and the charge for any estimate', async () => {
			const tenant = newTenant();
			const estimated = { cost: 30, version: NOON + 5, data: { estimated: true } };
			await put(tenant, [estimated]);

			expect(await put(tenant, [{ cost: 8, version: NOON + 1 }])).toEqual([
				{ outcome: 'corrected', costMicroCents: 8, estimated: false },
			]);
			expect(await outcomes(tenant, [{ ...estimated, version: NOON + 9 }])).toEqual(['unchanged']);
			expect(await spend(tenant)).toMatchObject({ microCents: 8 });
		});

		it('refuses a line of another tenant alone', async () => {
			const tenant = newTenant();
			await put(tenant, [{ cost: 7 }]);
			const other = newTenant();

			expect(
				await put(tenant, [
					{ cost: 9, tenantId: other },
					{ id: 'b', cost: 1, tenantId: other },
				]),
			).toEqual([
				{ outcome: 'otherTenant', costMicroCents: null, estimated: null },
				{ outcome: 'added', costMicroCents: 1, estimated: false, refunds: false },
			]);
			expect(await spend(tenant)).toMatchObject({ microCents: 7 });
			expect(await spend(other)).toMatchObject({ microCents: 1 });
		});

		it('sums up refunds, and never hands counters less than nothing', async () => {
			const tenant = newTenant();
			const answers = await put(tenant, [
				{ id: 'a', cost: 5 },
				{ id: 'b', cost: -9 },
				{ id: 'c', cost: 4, at: NOON - HOUR_MS },
			]);
			expect(answers.map((answer) => 'refunds' in answer && answer.refunds)).toEqual([
				false,
				true,
				true,
			]);
			const counter = { scope: 'tenant' as const, subject: '', unit: 'microCents' as const };
			const sums = await db.call('usage_sums', {
				tenantId: tenant,
				counters: [
					{ id: 'hours', ...counter, since: NOON - HOUR_MS, sliceMs: HOUR_MS },
					{ id: 'day', ...counter, since: NOON - HOUR_MS, sliceMs: null },
				],
			});
			const byId = new Map(sums.map(({ id, slices }) => [id, slices.map((s) => s.amount)]));

			expect(await spend(tenant)).toMatchObject({ microCents: 0, requests: 3 });
			expect(await spend(tenant, NOON)).toMatchObject({ microCents: -4 });
			expect(byId.get('hours')?.toSorted((a, b) => a - b)).toEqual([0, 4]);
			expect(byId.get('day')).toEqual([0]);
		});

		it('ends in the same ledger whatever the order and repetition of the versions', async () => {
			const version = fc.record({
				id: fc.constantFrom('a', 'b', 'c'),
				cost: fc.integer({ min: -5, max: 20 }),
				at: fc.constantFrom(NOON, NOON - HOUR_MS),
				estimated: fc.boolean(),
			});
			const scenario = fc
				.array(version, { minLength: 1, maxLength: 8 })
				.map((all) => all.map((given, n) => ({ ...given, version: NOON + n })))
				.chain((all) =>
					fc.record({ all: fc.constant(all), sent: fc.shuffledSubarray([...all, ...all]) }),
				);
			await fc.assert(
				fc.asyncProperty(scenario, fc.integer({ min: 1, max: 4 }), async ({ all, sent }, size) => {
					const tenant = newTenant();
					const calls = [...sent, ...all.toReversed()].map(({ estimated, ...given }) => ({
						...given,
						data: { estimated },
					}));
					for (let at = 0; at < calls.length; at += size) {
						await put(tenant, calls.slice(at, at + size));
					}
					const last = new Map<string, (typeof all)[number]>();
					for (const given of all) {
						const known = last.get(given.id);
						if (!given.estimated || known?.estimated !== false) last.set(given.id, given);
					}
					const expected = [...last.values()].reduce((sum, { cost }) => sum + cost, 0);

					expect(await spend(tenant)).toMatchObject({
						microCents: expected,
						requests: last.size,
					});
				}),
				{ numRuns: 25 },
			);
		});

		it('books each line once when many send the same lines at once, in any order', async () => {
			const tenant = newTenant();
			const ids = ['a', 'b', 'c', 'd', 'e'];
			const senders = Array.from({ length: 12 }, (_, sender) => {
				const lines = ids.map((id) => ({ id, cost: 10 + sender, version: NOON + sender }));
				return sender % 2 === 0 ? lines : lines.toReversed();
			});
			const answers = await Promise.all(senders.map((lines) => put(tenant, lines)));

			expect(answers.flat().filter(({ outcome }) => outcome === 'added')).toHaveLength(ids.length);
			expect(await spend(tenant)).toMatchObject({ microCents: 21 * ids.length, requests: 5 });
		});

		it('what was changed is due to be counted until it is told counted', async () => {
			const tenant = newTenant();
			const due = async (before: number) =>
				(await db.call('counts_due', { before: iso(before) })).filter(({ tenantIds }) =>
					tenantIds.includes(tenant),
				);
			await put(tenant, [{ cost: 7 }]);
			await put(tenant, [{ cost: 7 }]);
			await put(tenant, [{ cost: 9 }]);

			expect(await due(NOON)).toEqual([]);
			const left = await due(NOON + 1);
			expect(left).toHaveLength(2);
			await db.call('counted', { runs: left.slice(0, 1).map(({ run }) => run) });
			expect(await due(NOON + 1)).toEqual(left.slice(1));
		});
	});
}
