import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { ReportFunctions } from '../../anomaly-service/src/ports/reportFunctions.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import type { UsageData } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

type ReportArgs = ReportFunctions['spend_report']['args'];
type AuditArgs = ReportFunctions['search_audit']['args'];

const DAY_MS = 86_400_000;

/** What looking back over what happened guarantees, through every transport. */
export function reportContract(name: string, open: () => Promise<Database>): void {
	describe(`looking back through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const record = (
			tenantId: string,
			calls: { at?: number; cost: number; data?: Partial<UsageData> }[],
		) =>
			db.call('record_usage', {
				events: calls.map(({ at = NOON, cost, data = {} }) =>
					usageRow(
						usageEvent({ subject: tenantId, time: iso(at), data }),
						{ costMicroCents: cost, costSource: 'price', lineItems: [], contextTokens: 0 },
						NOON + 40 * DAY_MS,
					),
				),
			});
		const report = (tenantId: string | null, changes: Partial<ReportArgs> = {}) =>
			db.call('spend_report', {
				...{ from: iso(NOON), to: iso(NOON + 1), groupBy: ['tenant'], timeZone: 'UTC' },
				...{ tenantId, provider: null, model: null, source: null, workflowId: null },
				...{ afterCost: null, afterKey: null, limit: 1000, ...changes },
			});
		const audit = (changes: Partial<AuditArgs>) =>
			db.call('search_audit', {
				...{ tenantId: null, action: null, actor: null, incidentId: null },
				...{ from: null, to: null, before: null, limit: 1000, ...changes },
			});
		const put = (tenantId: string, plan: string | null, at = NOON, actor = 'key_1') =>
			db.call('put_tenant', { tenantId, plan, actor, now: iso(at) });

		it('sums up every call once, what failed, was cached and was estimated apart', async () => {
			const tenantId = newTenant();
			const usage = { ...usageEvent().data.usage, cacheRead: 100, outputAudio: 5 };
			await record(tenantId, [
				{ cost: 7, data: { usage } },
				{ cost: 5, data: { statusCode: 500 } },
				{ cost: 1, data: { estimated: true } },
			]);

			const sums = {
				...{ calls: 3, failedCalls: 1, costMicroCents: 13, estimatedCostMicroCents: 1 },
				...{ inputTokens: 1300, cachedInputTokens: 100, outputTokens: 185 },
			};
			expect(await report(tenantId)).toEqual({
				rows: [{ key: [tenantId], ...sums }],
				totals: sums,
			});
		});

		it('groups by each field in the order asked for, null where nothing was told', async () => {
			const tenantId = newTenant();
			const told = {
				...{ workflowId: 'wf', nodeName: 'Agent', executionId: '17', keyId: 'key_9' },
				trigger: 'Webhook',
			};
			await record(tenantId, [{ cost: 2, data: told }, { cost: 1 }]);
			const { rows } = await report(tenantId, {
				groupBy: ['trigger', 'key', 'execution', 'node', 'workflow', 'month', 'day', 'source'],
			});

			expect(rows.map(({ key }) => key)).toEqual([
				['Webhook', 'key_9', '17', 'Agent', 'wf', '2026-10', '2026-10-14', 'test'],
				[null, null, null, null, null, '2026-10', '2026-10-14', 'test'],
			]);
		});

		it('sums up a half-open span, by days of UTC', async () => {
			const tenantId = newTenant();
			const midnight = NOON + DAY_MS / 2;
			await record(tenantId, [
				{ at: midnight - 1, cost: 1 },
				{ at: midnight, cost: 2 },
				{ at: midnight + DAY_MS, cost: 4 },
			]);
			const { rows, totals } = await report(tenantId, {
				...{ from: iso(NOON), to: iso(midnight + DAY_MS), groupBy: ['day'] },
			});

			expect(rows).toMatchObject([
				{ key: ['2026-10-15'], costMicroCents: 2 },
				{ key: ['2026-10-14'], costMicroCents: 1 },
			]);
			expect(totals).toMatchObject({ calls: 2, costMicroCents: 3 });
		});

		it('begins days and months when clocks in the time zone do', async () => {
			const tenantId = newTenant();
			const lateEvening = Date.UTC(2026, 9, 31, 23, 30);
			await record(tenantId, [{ at: lateEvening, cost: 1 }]);
			const span = { from: iso(lateEvening - 1), to: iso(lateEvening + 1) };
			const keyIn = async (timeZone: string) =>
				(await report(tenantId, { ...span, timeZone, groupBy: ['day', 'month'] })).rows[0]?.key;

			expect(await keyIn('Europe/Berlin')).toEqual(['2026-11-01', '2026-11']);
			expect(await keyIn('UTC')).toEqual(['2026-10-31', '2026-10']);
		});

		it('groups by the tier a call was billed on and by where its cost comes from', async () => {
			const tenantId = newTenant();
			await record(tenantId, [{ cost: 2, data: { serviceTier: 'batch' } }, { cost: 1 }]);
			const { rows } = await report(tenantId, { groupBy: ['serviceTier', 'costSource'] });

			expect(rows.map(({ key }) => key)).toEqual([
				['batch', 'price'],
				['standard', 'price'],
			]);
		});

		it('filters by tenant, provider, model, source and workflow', async () => {
			const tenantId = newTenant();
			await record(tenantId, [
				{ cost: 1, data: { provider: 'anthropic', model: 'claude' } },
				{ cost: 2, data: { workflowId: 'wf' } },
			]);
			const costOf = async (filter: Partial<ReportArgs>) =>
				(await report(tenantId, filter)).totals.costMicroCents;

			expect(await costOf({ provider: 'anthropic' })).toBe(1);
			expect(await costOf({ model: 'gpt-4o-mini' })).toBe(2);
			expect(await costOf({ workflowId: 'wf' })).toBe(2);
			expect(await costOf({ source: 'elsewhere' })).toBe(0);
			expect((await report('nobody')).rows).toEqual([]);
		});

		it('pages through rows of the same cost without losing or repeating one', async () => {
			const tenantId = newTenant();
			const models = ['c', 'a', 'b', 'd', 'e'];
			await record(
				tenantId,
				models.map((model) => ({ cost: model === 'e' ? 9 : 1, data: { model } })),
			);
			const seen: (string | null | undefined)[] = [];
			let after: Partial<ReportArgs> = {};
			for (;;) {
				const page = await report(tenantId, { groupBy: ['trigger', 'model'], limit: 2, ...after });
				const last = page.rows.at(-1);
				if (!last) break;
				expect(page.totals.calls).toBe(5);
				seen.push(...page.rows.map(({ key }) => key[1]));
				after = { afterCost: last.costMicroCents, afterKey: last.key };
			}

			expect(seen).toEqual(['e', 'a', 'b', 'c', 'd']);
		});

		it('keeps sums up to 2^53 exact, and tells larger ones apart', async () => {
			const tenantId = newTenant();
			await record(tenantId, [{ cost: Number.MAX_SAFE_INTEGER - 1 }, { cost: 1 }]);
			expect((await report(tenantId)).totals.costMicroCents).toBe(Number.MAX_SAFE_INTEGER);

			await record(tenantId, [{ cost: 1 }]);
			const { totals } = await report(tenantId);
			expect(Number.isSafeInteger(totals.costMicroCents)).toBe(false);
		});

		it('finds audit entries by tenant, action, actor and time, newest first', async () => {
			const tenantId = newTenant();
			await put(tenantId, 'a', NOON, 'key_1');
			await put(tenantId, 'b', NOON + 1, 'key_2');
			await put(tenantId, 'c', NOON + 2, 'key_1');
			await put(newTenant(), 'd');
			const plans = async (filter: Partial<AuditArgs>) =>
				(await audit({ tenantId, ...filter })).map(({ detail }) => detail['plan']);

			expect(await plans({})).toEqual(['c', 'b', 'a']);
			expect(await plans({ actor: 'key_1' })).toEqual(['c', 'a']);
			expect(await plans({ action: 'tenant.planSet', limit: 1 })).toEqual(['c']);
			expect(await plans({ action: 'breaker.opened' })).toEqual([]);
			expect(await plans({ from: iso(NOON + 1), to: iso(NOON + 2) })).toEqual(['b']);
			const [newest] = await audit({ tenantId, limit: 1 });
			expect(newest).toEqual({
				sequence: expect.any(Number),
				at: expect.any(String),
				...{ actor: 'key_1', action: 'tenant.planSet', tenantId, incidentId: null },
				subjectId: null,
				detail: { plan: 'c', was: 'b' },
			});
			expect(await plans({ before: newest?.sequence ?? null })).toEqual(['b', 'a']);
		});

		it('lists tenants by id, page by page, and finds those that never used anything', async () => {
			const prefix = 'Listed%_';
			await record(`${prefix}a`, [{ cost: 1 }]);
			await record(`${prefix}c`, [{ cost: 1, at: NOON - 30 * DAY_MS }]);
			await put(`${prefix}b`, 'pro');
			const list = async (filter: object) =>
				(
					await db.call('list_tenants', {
						...{ tenantId: null, search: null, since: null, after: null, limit: null },
						...filter,
					})
				).map(({ tenantId, lastAt }) => [tenantId, lastAt]);

			expect(await list({ search: 'listed%_' })).toEqual([
				[`${prefix}a`, NOON],
				[`${prefix}b`, null],
				[`${prefix}c`, NOON - 30 * DAY_MS],
			]);
			expect(await list({ search: 'TED%_', after: `${prefix}a`, limit: 1 })).toEqual([
				[`${prefix}b`, null],
			]);
			expect(await list({ search: 'listed%_', since: iso(NOON - 1) })).toEqual([
				[`${prefix}a`, NOON],
			]);
			expect(await list({ search: 'listed%_', tenantId: 'other' })).toEqual([]);
		});
	});
}
