import { randomUUID } from 'node:crypto';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { UsageRow } from '../../anomaly-service/src/ports/records.ts';
import type {
	ReportFunctions,
	StreamFilter,
	StreamPlace,
} from '../../anomaly-service/src/ports/reportFunctions.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { DAY_MS, HOUR_MS } from '../../core/durations.ts';
import type { LineItem } from '../../core/prices.ts';
import type { UsageData } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

type Call = {
	id?: string;
	at?: number;
	lines?: LineItem[];
	data?: Partial<UsageData>;
	costSource?: UsageRow['cost_source'];
};
type FocusArgs = ReportFunctions['focus_report']['args'];

const line = (unit: LineItem['unit'], quantity: number, costMicroCents: number): LineItem => ({
	unit,
	quantity,
	rateId: `rate/${unit}`,
	costMicroCents,
});

function vendorRow(row: { tenantId: string; id: string; costMicroCents: number }): UsageRow {
	const data = { provider: 'aws', model: 'lambda' };
	const { tenantId: subject, id, costMicroCents } = row;

	return usageRow(
		usageEvent({ subject, id, time: iso(NOON), data }),
		{
			...{ costMicroCents, costSource: 'vendor', contextTokens: 0 },
			lineItems: [line('vendorCost', 1, costMicroCents)],
		},
		NOON,
	);
}

/** What bills, days' reports and what-ifs are made of, through every transport. */
export function spendContract(name: string, open: () => Promise<Database>): void {
	describe(`the spend of calls through ${name}`, () => {
		const db = sharedDatabase(open);
		const nextTenant = tenantNames();
		// Other suites share a real server, and have tenants of their own.
		const newTenant = () => `spend-${nextTenant()}`;
		const record = (tenantId: string, calls: Call[]) =>
			db.call('record_usage', {
				events: calls.map(({ id, at = NOON, lines = [], data = {}, costSource = 'price' }) =>
					usageRow(
						usageEvent({ subject: tenantId, time: iso(at), data, ...(id ? { id } : {}) }),
						{
							costMicroCents: lines.reduce((sum, { costMicroCents }) => sum + costMicroCents, 0),
							...{ costSource, lineItems: lines, contextTokens: 0 },
						},
						NOON + 40 * DAY_MS,
					),
				),
			});
		const focus = (tenantId: string, changes: Partial<FocusArgs> = {}) =>
			db.call('focus_report', {
				...{ from: iso(NOON - DAY_MS), to: iso(NOON + DAY_MS), timeZone: 'UTC', tenantId },
				...{ provider: null, model: null, source: null, workflowId: null, limit: 1000 },
				...changes,
			});
		const filter = (tenantId: string, changes: Partial<StreamFilter> = {}): StreamFilter => ({
			...{ from: iso(NOON - DAY_MS), to: iso(NOON + DAY_MS), tenantId },
			...{ workflowId: null, nodeName: null, provider: null, model: null, ...changes },
		});

		it('bills every line item once: by day, tenant, model and rate, credits apart', async () => {
			const tenantId = newTenant();
			await record(tenantId, [
				{ lines: [line('inputUncached', 10, 100), line('output', 5, 50)] },
				{ lines: [line('inputUncached', 4, 40)] },
				{ lines: [line('inputUncached', 3, 30)], data: { serviceTier: 'batch' } },
				{ lines: [line('inputUncached', 1, -20)], data: { workflowId: 'wf' } },
				{ lines: [line('output', 1, 7)], at: NOON + DAY_MS / 2 },
			]);
			const { rows, totalMicroCents } = await focus(tenantId);

			expect(
				rows.map((row) => [row.day, row.unit, row.serviceTier, row.quantity, row.costMicroCents]),
			).toEqual([
				['2026-10-14', 'inputUncached', 'batch', '3', 30],
				['2026-10-14', 'inputUncached', 'standard', '1', -20],
				['2026-10-14', 'inputUncached', 'standard', '14', 140],
				['2026-10-14', 'output', 'standard', '5', 50],
				['2026-10-15', 'output', 'standard', '1', 7],
			]);
			expect(rows[1]).toMatchObject({
				isCredit: true,
				isCorrection: false,
				workflowId: 'wf',
				source: 'test',
				lines: 1,
			});
			expect(rows.reduce((sum, { costMicroCents }) => sum + costMicroCents, 0)).toBe(
				totalMicroCents,
			);
		});

		it('bills by the days of a time zone, what was asked for, as many rows as are wanted', async () => {
			const tenantId = newTenant();
			await record(tenantId, [
				{ at: NOON + 11 * HOUR_MS, lines: [line('output', 1, 5)] },
				{ lines: [line('output', 1, 2)], data: { model: 'another' } },
			]);
			const berlin = await focus(tenantId, { timeZone: 'Europe/Berlin', model: 'gpt-4o-mini' });

			expect(berlin.rows.map(({ day }) => day)).toEqual(['2026-10-15']);
			expect(berlin.totalMicroCents).toBe(5);
			const one = await focus(tenantId, { limit: 1 });
			expect(one).toMatchObject({ rows: [{ model: 'another' }], totalMicroCents: 7 });
			expect(await focus('nobody')).toEqual({ rows: [], totalMicroCents: 0 });
		});

		it('says which charges a vendor corrected after their month was over', async () => {
			const tenantId = newTenant();
			const book = (id: string, costMicroCents: number, now: number) =>
				db.call('put_vendor_lines', {
					lines: [
						{ event: vendorRow({ tenantId, id, costMicroCents }), version: null, dated: true },
					],
					...{ run: randomUUID(), actor: 'key_1', now: iso(now) },
				});
			await book(`${tenantId}-early`, 7, NOON);
			await book(`${tenantId}-early`, 8, NOON + DAY_MS);
			await book(`${tenantId}-late`, 5, NOON);
			await book(`${tenantId}-late`, 3, NOON + 18 * DAY_MS);
			const { rows } = await focus(tenantId);

			expect(
				rows.map(({ costMicroCents, isCorrection }) => [costMicroCents, isCorrection]),
			).toEqual([
				[8, false],
				[3, true],
			]);
		});

		it('sums up a day and the days before, by tenant and by model', async () => {
			const tenantId = newTenant();
			await record(tenantId, [
				{ lines: [line('output', 1, 5)] },
				{ lines: [line('output', 1, 9)], costSource: 'ceiling', data: { model: 'new' } },
				{ lines: [line('output', 1, 3)], at: NOON - DAY_MS },
				{ lines: [line('output', 1, 2)], at: NOON - 3 * DAY_MS },
			]);
			const days = [0, 1, 2].map((before): [number, number] => [
				NOON - before * DAY_MS,
				NOON - (before - 1) * DAY_MS,
			]);
			const digest = await db.call('spend_digest', { days, tenantId, top: 1 });

			expect(digest).toMatchObject({
				totals: [
					{ calls: 2, costMicroCents: 14, inputTokens: 800, outputTokens: 120, failedCalls: 0 },
					{ calls: 1, costMicroCents: 3 },
					{ calls: 0, costMicroCents: 0, inputTokens: 0, estimatedCostMicroCents: 0 },
				],
				tenants: [
					{
						tenantId,
						days: [
							[0, 2, 14],
							[1, 1, 3],
						],
					},
				],
				models: [{ provider: 'openai', model: 'new', calls: 1, costMicroCents: 9 }],
				unpriced: [{ provider: 'openai', model: 'new', calls: 1, costMicroCents: 9 }],
				incidents: 0,
			});
		});

		it('hands over calls in the order they were made, page by page, each once', async () => {
			const tenantId = newTenant();
			const ids = ['c', 'a', 'b'];
			await record(tenantId, [
				...ids.map((id) => ({ id: `${tenantId}-${id}`, data: { requestId: id } })),
				{ at: NOON - 1, data: { workflowId: 'wf', nodeName: 'Agent', serviceTier: 'flex' } },
				{ at: NOON + DAY_MS },
			]);
			const seen: (string | number | null)[][] = [];
			let after: StreamPlace | null = null;
			do {
				const page: ReportFunctions['usage_stream']['result'] = await db.call('usage_stream', {
					...filter(tenantId),
					...{ after, limit: 2 },
				});
				seen.push(...page.calls.map(([at, , workflowId]) => [at, workflowId]));
				after = page.next;
			} while (after);

			expect(seen).toEqual([
				[NOON - 1, 'wf'],
				[NOON, null],
				[NOON, null],
				[NOON, null],
			]);
		});

		it('hands over what a call used, so that it can be priced again', async () => {
			const tenantId = newTenant();
			const told = { workflowId: 'wf', nodeName: 'Agent', serviceTier: 'flex' };
			const usage = { ...usageEvent().data.usage, cacheRead: 7, reasoning: 3 };
			const otherUnits = { webSearch: 2 };
			await record(tenantId, [
				{ lines: [line('output', 1, 5)], data: { ...told, usage, otherUnits } },
				{ data: { model: 'other' } },
			]);
			const only = filter(tenantId, { workflowId: 'wf', nodeName: 'Agent', model: 'gpt-4o-mini' });

			expect(await db.call('usage_stream', { ...only, after: null, limit: 10 })).toEqual({
				calls: [
					[
						...[NOON, tenantId, 'wf', 'Agent', 'openai', 'gpt-4o-mini'],
						...[400, 7, 0, 0, 0, 60, 3, 0, otherUnits, 'flex', 'price', 5],
						...['api.openai.com/v1/chat/completions', 'test', null],
					],
				],
				next: null,
			});
		});

		it('knows the smallest input of each place, calls without one apart', async () => {
			const tenantId = newTenant();
			const input = (inputUncached: number, cacheRead: number, nodeName = 'Agent') => ({
				data: { usage: { ...usageEvent().data.usage, inputUncached, cacheRead }, nodeName },
			});
			await record(tenantId, [input(0, 0), input(10, 20), input(25, 0), input(3, 0, 'Other')]);
			const smallest = await db.call('smallest_inputs', filter(tenantId));

			expect(smallest.map(({ nodeName, tokens }) => [nodeName, tokens]).toSorted()).toEqual([
				['Agent', 25],
				['Other', 3],
			]);
		});
	});
}
