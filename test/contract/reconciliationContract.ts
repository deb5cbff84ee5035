import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type {
	ReconciliationFunctions,
	ReconciliationRow,
} from '../../anomaly-service/src/ports/reconciliationFunctions.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import type { CostSource } from '../../anomaly-service/src/ports/records.ts';
import type { UsageData } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

type ListArgs = ReconciliationFunctions['list_reconciliations']['args'];
type Recorded = { at?: number; cost: number; source?: CostSource; data?: Partial<UsageData> };

const DAY_MS = 86_400_000;
const MIDNIGHT = NOON - DAY_MS / 2;

function row(changes: Partial<ReconciliationRow>): ReconciliationRow {
	return {
		...{ provider: 'openai', day: '2026-10-14', key_id: '(all)', level: 'day', basis: 'billed' },
		...{ in_totals: true, vendor_micro_cents: 3, ledger_micro_cents: 1, drift_micro_cents: 2 },
		...{ drift_percent: 66.67, calls: 1, ledger_by_source: { price: 1 } },
		...{ vendor_tokens: null, ledger_tokens: { input: 5, output: 6 } },
		...{ provisional: false, finding: 'drift', ...changes },
	};
}

/** What comparing bills with the ledger asks of the database, through every transport. */
export function reconciliationContract(name: string, open: () => Promise<Database>): void {
	describe(`comparing bills through ${name}`, () => {
		const db = sharedDatabase(open);
		const newProvider = tenantNames();
		const record = (provider: string, calls: Recorded[]) =>
			db.call('record_usage', {
				events: calls.map(({ at = NOON, cost, source = 'price', data = {} }) =>
					usageRow(
						usageEvent({ time: iso(at), data: { ...data, provider } }),
						{ costMicroCents: cost, costSource: source, lineItems: [], contextTokens: 0 },
						NOON + 40 * DAY_MS,
					),
				),
			});
		const ledger = (provider: string | null, from = MIDNIGHT, to = MIDNIGHT + DAY_MS) =>
			db.call('ledger_by_day', { from: iso(from), to: iso(to), provider });
		const put = (
			days: { provider: string; day: string }[],
			lines: ReconciliationRow[],
			now = NOON,
		) => db.call('put_reconciliation', { days, lines, now: iso(now) });
		const list = (changes: Partial<ListArgs>) =>
			db.call('list_reconciliations', {
				...{ provider: null, from: null, to: null, onlyFindings: false },
				...{ after: null, limit: 1000, ...changes },
			});

		it('sums up the ledger by UTC day, key and model, by where the cost is from', async () => {
			const provider = newProvider();
			const usage = { ...usageEvent().data.usage, cacheRead: 100, outputAudio: 5 };
			await record(provider, [
				{ cost: 7, data: { usage, keyId: 'a' } },
				{ cost: 5, source: 'vendor', data: { keyId: 'a' } },
				{ cost: 2, source: 'ceiling', data: { keyId: 'a' } },
				{ cost: 1, data: { keyId: 'a', model: 'gpt-4o' } },
				{ cost: 3 },
			]);
			const day = { provider, day: '2026-10-14' };

			expect(await ledger(provider)).toEqual([
				{
					...{ ...day, keyId: 'a', model: 'gpt-4o', calls: 1, inputTokens: 400 },
					...{ outputTokens: 60, costMicroCents: 1, costBySource: { price: 1 } },
				},
				{
					...{ ...day, keyId: 'a', model: 'gpt-4o-mini', calls: 3, inputTokens: 1300 },
					...{ outputTokens: 185, costMicroCents: 14 },
					costBySource: { price: 7, vendor: 5, ceiling: 2 },
				},
				expect.objectContaining({ ...day, keyId: null, costMicroCents: 3 }),
			]);
		});

		it('takes half-open spans of the ledger, of one provider or all', async () => {
			const provider = newProvider();
			await record(provider, [
				{ at: MIDNIGHT - 1, cost: 1 },
				{ at: MIDNIGHT, cost: 2 },
				{ at: MIDNIGHT + DAY_MS, cost: 4 },
			]);
			const costs = (rows: Awaited<ReturnType<typeof ledger>>) =>
				rows
					.filter((one) => one.provider === provider)
					.map(({ day, costMicroCents }) => [day, costMicroCents]);

			expect(costs(await ledger(provider))).toEqual([['2026-10-14', 2]]);
			expect(costs(await ledger(null, MIDNIGHT - DAY_MS, MIDNIGHT + DAY_MS))).toEqual([
				['2026-10-13', 1],
				['2026-10-14', 2],
			]);
			expect(await ledger('nobody')).toEqual([]);
		});

		it('keeps a comparison as it was made, and gives it back', async () => {
			const provider = newProvider();
			const tokens = { input: 10, output: 2 };
			const line = row({ provider, key_id: 'a', level: 'key', vendor_tokens: tokens });

			expect(await put([{ provider, day: line.day }], [line])).toEqual({ stored: 1 });
			expect(await list({ provider })).toEqual([
				{
					...{ provider, day: '2026-10-14', keyId: 'a', level: 'key', basis: 'billed' },
					...{ inTotals: true, vendorMicroCents: 3, ledgerMicroCents: 1, driftMicroCents: 2 },
					...{ driftPercent: 66.67, calls: 1, ledgerBySource: { price: 1 } },
					...{ vendorTokens: tokens, ledgerTokens: { input: 5, output: 6 } },
					...{ provisional: false, finding: 'drift', comparedAt: expect.any(String) },
				},
			]);
		});

		it('lets the last comparison of a day take the place of all said of it before', async () => {
			const provider = newProvider();
			const days = [{ provider, day: '2026-10-14' }];
			const byKey = ['a', 'b'].map((keyId) => row({ provider, key_id: keyId, level: 'key' }));
			await put(days, byKey);
			await put([{ provider, day: '2026-10-13' }], [row({ provider, day: '2026-10-13' })]);
			await put(days, byKey);
			await put(days, [row({ provider, vendor_micro_cents: -9 })], NOON + 1);

			const kept = await list({ provider });
			expect(
				kept.map(({ day, keyId, vendorMicroCents }) => [day, keyId, vendorMicroCents]),
			).toEqual([
				['2026-10-14', '(all)', -9],
				['2026-10-13', '(all)', 3],
			]);
			await put(days, []);
			expect(await list({ provider })).toHaveLength(1);
		});

		it('lists by provider, day and findings, newest day first, page by page', async () => {
			const [provider, other] = [newProvider(), newProvider()];
			const dayOf = (day: number) => `2026-09-${String(day).padStart(2, '0')}`;
			const lines = [1, 2, 3].flatMap((day) => [
				row({ provider, day: dayOf(day), key_id: 'a', finding: null }),
				row({ provider, day: dayOf(day), key_id: 'b' }),
				row({ provider: other, day: dayOf(day) }),
			]);
			await put(
				lines.map(({ provider: of, day }) => ({ provider: of, day })),
				lines,
			);
			const names = async (filter: Partial<ListArgs>) =>
				(await list({ from: dayOf(1), to: dayOf(3), ...filter })).map(
					(line) => `${line.day.slice(8)}${line.provider === provider ? line.keyId : ''}`,
				);

			expect(await names({ provider })).toEqual(['03a', '03b', '02a', '02b', '01a', '01b']);
			expect(await names({ provider, from: dayOf(2), to: dayOf(2) })).toEqual(['02a', '02b']);
			expect(await names({ provider, onlyFindings: true })).toEqual(['03b', '02b', '01b']);
			expect(await names({ limit: 4 })).toEqual(['03a', '03b', '03', '02a']);
			const after = { day: dayOf(2), provider, keyId: 'a' };
			expect(await names({ after, limit: 3 })).toEqual(['02b', '02', '01a']);
		});
	});
}
