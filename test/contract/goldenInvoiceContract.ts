import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPriceList } from '../../anomaly-service/src/priceData.ts';
import type { UsageSpan } from '../../anomaly-service/src/ports/priceFunctions.ts';
import type { UsageRow } from '../../anomaly-service/src/ports/records.ts';
import { createPricer, type Pricer } from '../../anomaly-service/src/stages/price.ts';
import { PriceDesk } from '../../anomaly-service/src/stages/priceDesk.ts';
import { reprice, type Repriced } from '../../anomaly-service/src/stages/reprice.ts';
import { modelPrices } from '../../anomaly-service/src/stages/storedPrices.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { DAY_MS, HOUR_MS } from '../../core/durations.ts';
import { createPriceBook, type ModelPrices, type PricedModel } from '../../core/priceBook.ts';
import type { PriceRate } from '../../core/rateSheet.ts';
import { readUsage } from '../../core/readers/index.ts';
import type { UsageData, UsageEvent } from '../../core/usageEvent.ts';
import { alertingOn } from '../support/alerting.ts';
import { ROOT } from '../support/paths.ts';
import { usageEvent } from '../support/rows.ts';
import type { OpenedDatabase } from '../support/servers/openedDatabase.ts';
import { iso } from './databaseBench.ts';

const MONTH = { from: Date.UTC(2026, 9), to: Date.UTC(2026, 10) };
const SPAN: UsageSpan = {
	...{ from: iso(MONTH.from), to: iso(MONTH.to), tenantId: null, provider: null, model: null },
};
const TENANTS = ['acme', 'beta', 'gamma'];
const TIERS = [undefined, 'standard', 'batch', 'flex', 'priority', 'a tier nobody knows'];
const BY = { actor: 'key_1', now: MONTH.to };
const quiet = () => undefined;

/** A month of what real vendors answered: every recording on every tier, by three tenants, at every hour. */
function monthOfUsage(): UsageEvent[] {
	const recordings: { body: unknown }[] = JSON.parse(
		readFileSync(join(ROOT, 'test/golden/usages/usages.json'), 'utf8'),
	);
	const events: UsageEvent[] = [];
	for (const { body } of recordings) {
		const reading = readUsage(body);
		if (reading.outcome !== 'read') throw new Error(`a recording is ${reading.outcome}`);
		for (const serviceTier of TIERS) {
			for (const { model = 'never heard of', usage } of reading.calls) {
				events.push(
					eventOf(events.length, {
						...{ provider: reading.facts.provider, model, usage, serviceTier },
						costMicroCents: reading.costMicroCents,
						otherUnits: reading.otherUnits,
					}),
				);
			}
		}
	}
	return events;
}

function eventOf(index: number, data: Partial<UsageData>): UsageEvent {
	const at = MONTH.from + (index * 37 * HOUR_MS) / 7;
	const day = (at - MONTH.from) % (MONTH.to - MONTH.from - DAY_MS);

	return usageEvent({
		...{ id: `golden-${index}`, subject: TENANTS[index % TENANTS.length] ?? '' },
		...{ time: iso(Math.floor(MONTH.from + day)), data },
	});
}

function ratesById(found: PricedModel | undefined): PriceRate[] {
	return [...(found?.rates.values() ?? [])].flat().sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The invoice of a month, to the micro-cent, however often it is priced again. */
export function goldenInvoiceContract(name: string, open: () => Promise<OpenedDatabase>): void {
	describe(`the invoice of a month through ${name}`, () => {
		let db: OpenedDatabase;
		let desk: PriceDesk;
		let pricer: Pricer;
		let rows: UsageRow[];
		beforeAll(async () => {
			db = await open();
			desk = new PriceDesk({
				...{ database: db, list: await loadPriceList(), changed: quiet },
				ceiling: { input: 1_500_000_000, output: 7_500_000_000 },
				alerts: alertingOn(db).serviceAlerts,
			});
			await desk.seed(MONTH.to);
			await desk.load();
			pricer = createPricer(desk.book, (provider) => desk.ceilingOf(provider));
			rows = monthOfUsage().flatMap((event) => {
				const priced = pricer.priceEvent(event.data, Date.parse(event.time));
				return priced ? [usageRow(event, priced, MONTH.to)] : [];
			});
			expect(rows).toHaveLength(monthOfUsage().length);
			await db.call('record_usage', { events: rows });
		});
		afterAll(() => db.close());

		const counted: string[] = [];
		const run = (dryRun: boolean, span = SPAN): Promise<Repriced> =>
			reprice(
				{
					database: db,
					pricer,
					countChanged: async (tenantIds) => {
						counted.push(...tenantIds);
						return true;
					},
				},
				{ span, dryRun, ...BY },
			);
		const invoice = async () => {
			const report = await db.call('spend_report', {
				...{ from: SPAN.from, to: SPAN.to, groupBy: ['tenant'], timeZone: 'UTC' },
				...{ tenantId: null, provider: null, model: null, source: null, workflowId: null },
				...{ afterCost: null, afterKey: null, limit: 1000 },
			});
			return new Map(report.rows.map(({ key, costMicroCents }) => [key[0], costMicroCents]));
		};
		const lines = async () => {
			const sums = await db.query(
				`select tenant_id, sum(cost_micro_cents)::text as cost from fuse.ledger_lines
				where month = '2026-10' group by 1`,
			);
			return new Map(sums.map(({ tenant_id: tenant, cost }) => [tenant, Number(cost)]));
		};
		const total = async () => [...(await invoice()).values()].reduce((sum, cost) => sum + cost, 0);
		const setPrice = (provider: string, model: string, rate: number) =>
			desk.put(
				{
					...{ provider, model, alsoNamed: [], isPrefix: true, contextTokens: null },
					rates: [
						{ unit: 'inputUncached', rate },
						{ unit: 'output', rate: 3 * rate + 1 },
						{ unit: 'webSearch', rate: 777_777_777_777, serviceTier: 'priority' },
					],
				},
				BY,
			);

		it('is priced by the same rates, whether the list is from the file or from the database', async () => {
			const list = await loadPriceList();
			const loaded = await db.call('load_prices', { revision: null, hash: 'another file' });
			const stored = loaded?.seeded?.map(modelPrices) ?? [];
			const names = (models: readonly ModelPrices[]) =>
				models.map(({ provider, model }) => `${provider}/${model}`);
			expect(names(stored)).toEqual(names(list.models));

			const [fromFile, fromDatabase] = [createPriceBook(list.models), createPriceBook(stored)];
			for (const { provider, model } of list.models) {
				const [sheet, same] = [fromFile.find(provider, model), fromDatabase.find(provider, model)];
				expect(ratesById(same)).toEqual(ratesById(sheet));
			}
		});

		it('has usage of every kind in it', () => {
			expect(rows.length).toBeGreaterThan(240);
			expect(new Set(rows.map(({ cost_source: source }) => source))).toEqual(
				new Set(['price', 'ceiling', 'vendor']),
			);
			expect(new Set(rows.map(({ provider }) => provider)).size).toBeGreaterThanOrEqual(10);
		});

		it('is the sum of its line items, and of what each call was said to cost', async () => {
			const said = new Map<string, number>();
			for (const { tenant_id: tenant, cost_micro_cents: cost } of rows) {
				said.set(tenant, (said.get(tenant) ?? 0) + cost);
			}

			expect(await invoice()).toEqual(said);
			expect(await lines()).toEqual(said);
		});

		it('stays as it is when nothing changed', async () => {
			const before = await invoice();
			const { changed, events, leftAlone } = await run(false);

			expect(changed).toBe(0);
			expect(events + leftAlone.vendor).toBe(rows.length);
			expect(leftAlone.vendor).toBe(rows.filter((row) => row.cost_source === 'vendor').length);
			expect(await invoice()).toEqual(before);
			expect(counted).toEqual([]);
		});

		it('is what the dry run told, after prices changed and calls were priced again', async () => {
			const [before, beforeTotal] = [await invoice(), await total()];
			await setPrice('openai', 'gpt', 123_456_789);
			await setPrice('anthropic', 'claude-sonnet', 1);
			await setPrice('aws.bedrock', 'never heard of', 99_999_999);
			const dry = await run(true);

			expect(await invoice()).toEqual(before);
			expect(dry).toMatchObject({ dryRun: true, beforeMicroCents: expect.any(Number) });
			const real = await run(false);
			expect({ ...real, dryRun: true }).toEqual(dry);
			expect(real.changed).toBeGreaterThan(50);
			expect(real.differenceMicroCents).not.toBe(0);
			expect((await total()) - beforeTotal).toBe(real.differenceMicroCents);
			expect(await lines()).toEqual(await invoice());
			expect(new Set(counted)).toEqual(new Set(TENANTS));
			const sums = real.byModel.reduce((sum, { afterMicroCents }) => sum + afterMicroCents, 0);
			expect(sums).toBe(real.afterMicroCents);
		});

		it('is the same after a second run, and each run that changed something is one audit entry', async () => {
			const before = await invoice();
			const again = await run(false);

			expect(again).toMatchObject({ changed: 0, differenceMicroCents: 0 });
			expect(await invoice()).toEqual(before);
			const entries = await db.call('search_audit', {
				...{ tenantId: null, action: 'usage.repriced', actor: null, incidentId: null },
				...{ from: null, to: null, before: null, limit: 10 },
			});
			expect(entries).toHaveLength(1);
			expect(entries[0]).toMatchObject({
				actor: 'key_1',
				detail: { ...SPAN, changed: expect.any(Number), afterMicroCents: expect.any(Number) },
			});
		});

		it('that was priced again in several pages has an audit entry for each, with the number of the first', async () => {
			const [one, two] = await db.call('list_usage', { ...SPAN, after: null, limit: 2 });
			const page = async (row: typeof one, entry: number | null, by: number) => {
				const { source = '', id = '', costMicroCents: was = 0, lineItems = [] } = row ?? {};
				const change = { source, id, wasMicroCents: was, costMicroCents: was + by, lineItems };
				const changes = [{ ...change, costSource: 'price' as const }];
				const { actor, now } = BY;
				const call = { changes, run: SPAN, entry, actor, now: iso(now) };
				return (await db.call('reprice_usage', call)).entry;
			};
			const first = await page(one, null, 7);
			expect(await page(two, first, 5)).toBe(first);
			const entries = await db.query(
				`select detail from fuse.audit_entries where sequence >= ${String(first)} order by sequence`,
			);

			expect(entries).toMatchObject([
				{ detail: { ...SPAN, changed: 1 } },
				{ detail: { ...SPAN, changed: 1, run: first } },
			]);
			await run(false);
		});

		it('leaves out what another run changed since it was read', async () => {
			await setPrice('openai', 'gpt', 200_000_000);
			const dry = await run(true);
			const [one, other] = await Promise.all([run(false), run(false)]);

			expect(dry.changed).toBeGreaterThan(0);
			expect(one.changed + other.changed).toBe(dry.changed);
			expect(one.differenceMicroCents + other.differenceMicroCents).toBe(dry.differenceMicroCents);
			expect(await lines()).toEqual(await invoice());
			expect((await run(true)).changed).toBe(0);
			const [{ wrong } = { wrong: undefined }] = await db.query(
				`select count(*)::integer as wrong from fuse.usage_events e where cost_micro_cents <> (
					select coalesce(sum(cost_micro_cents), 0) from fuse.ledger_lines l
					where l.source = e.source and l.id = e.id)`,
			);
			expect(wrong).toBe(0);
		});

		it('of one tenant, provider or model leaves all others alone', async () => {
			await setPrice('openai', 'gpt', 300_000_000);
			const before = await invoice();
			const { byModel } = await run(false, { ...SPAN, tenantId: 'acme', provider: 'openai' });

			expect(new Set(byModel.map(({ provider }) => provider))).toEqual(new Set(['openai']));
			const after = await invoice();
			expect(after.get('acme')).not.toBe(before.get('acme'));
			expect([after.get('beta'), after.get('gamma')]).toEqual([
				before.get('beta'),
				before.get('gamma'),
			]);
			const { events } = await run(true, { ...SPAN, model: 'gpt-5-mini-2025-08-07' });
			expect(events).toBe(TIERS.length);
		});

		it('is told line by line: what, how much of it, at which rate, for whom and when', async () => {
			const [line] = await db.query(
				`select * from fuse.ledger_lines where provider = 'openai' and cost_source = 'price'
				and unit = 'output' order by occurred_at limit 1`,
			);

			expect(Object.keys(line ?? {})).toEqual([
				...['source', 'id', 'tenant_id', 'occurred_at', 'day', 'month', 'provider', 'model'],
				...['workflow_id', 'node_name', 'execution_id', 'key_id', 'unit', 'quantity'],
				...['rate_id', 'cost_micro_cents', 'cost_source'],
			]);
			expect(line).toMatchObject({ month: '2026-10', source: 'test' });
		});
	});
}
