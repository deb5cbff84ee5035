import type { MicroCents } from '../../../core/money.ts';
import type { LineItem } from '../../../core/prices.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { PricedUsageRow, UsageChange, UsageSpan } from '../ports/priceFunctions.ts';
import { exactly, type Pricer } from './price.ts';

export type RepriceDependencies = {
	database: Database;
	pricer: Pricer;
	/** Counts of these tenants, and those all tenants share, are read from the database again; false: later. */
	countChanged: (tenantIds: readonly string[]) => Promise<boolean>;
};

export type RepriceAsk = { span: UsageSpan; dryRun: boolean; actor: string; now: number };

type Sums = { events: number; beforeMicroCents: MicroCents; afterMicroCents: MicroCents };

export type Repriced = Sums & {
	changed: number;
	unchanged: number;
	differenceMicroCents: MicroCents;
	/** Calls whose cost is not ours to say: the vendor said it, or nobody told their end. */
	leftAlone: { vendor: number; estimate: number };
	byModel: (Sums & { provider: string; model: string })[];
	dryRun: boolean;
};

/** What one page holds is read, priced and written within a second. */
const PAGE = 5000;

/**
 * Prices recorded calls again by the prices of now, each as of when it was made: its tier, its hour, what it used. A dry
 * run tells what a real one would do and changes nothing. A call that costs something else by the time it is written, as
 * of two runs at once, is left as it is. Cut off, a run has done its first pages; the next one does the rest.
 */
export async function reprice(deps: RepriceDependencies, ask: RepriceAsk): Promise<Repriced> {
	const { database } = deps;
	const { span, dryRun } = ask;
	const sums = new RepriceSums();
	const tenants = new Set<string>();
	let entry: number | null = null;
	let after: readonly [string, string, string] | null = null;
	for (;;) {
		const rows: PricedUsageRow[] = await database.call('list_usage', {
			...{ ...span, after, limit: PAGE },
		});
		const changes = new Map(rows.flatMap((row) => pairOf(row, changeOf(deps.pricer, row))));
		if (!dryRun && changes.size > 0) entry = await write(deps, ask, { changes, entry });
		for (const row of rows) {
			const change = changes.get(keyOf(row));
			if (change) tenants.add(row.tenantId);
			sums.add(row, change);
		}
		const last = rows.at(-1);
		if (!last || rows.length < PAGE) break;
		after = [last.occurredAt, last.source, last.id];
	}
	if (entry !== null && (await deps.countChanged([...tenants]))) {
		await database.call('counted', { runs: [`reprice/${entry}`] });
	}
	const leftAlone = await database.call('usage_not_priced', span);

	return { ...sums.total(), leftAlone, dryRun };
}

/** Writes one page; what was not as it had been read is taken out of `changes`. */
async function write(
	{ database }: RepriceDependencies,
	{ span, actor, now }: RepriceAsk,
	{ changes, entry }: { changes: Map<string, UsageChange>; entry: number | null },
): Promise<number | null> {
	const written = await database.call('reprice_usage', {
		changes: [...changes.values()],
		...{ run: span, entry, actor, now: iso(now) },
	});
	for (const missed of written.missed) changes.delete(keyOf(missed));

	return written.entry;
}

/** What pricing the call now would change; undefined: nothing. */
function changeOf(pricer: Pricer, row: PricedUsageRow): UsageChange | undefined {
	const { serviceTier, source, id, costMicroCents: wasMicroCents } = row;
	const call = { ...row, serviceTier: serviceTier ?? undefined };
	const priced = exactly(() => pricer.priceUsage(call));
	// What no number holds stays as it is.
	if (!priced) return undefined;
	const { costMicroCents, costSource, lineItems } = priced;
	const isSame =
		costMicroCents === wasMicroCents &&
		costSource === row.costSource &&
		areSame(lineItems, row.lineItems);

	return isSame ? undefined : { source, id, wasMicroCents, costMicroCents, costSource, lineItems };
}

/** The database has its own order of the fields. */
function areSame(items: readonly LineItem[], others: readonly LineItem[]): boolean {
	return (
		items.length === others.length &&
		items.every((item, index) => {
			const other = others[index];
			return (
				item.unit === other?.unit &&
				item.quantity === other.quantity &&
				item.rateId === other.rateId &&
				item.costMicroCents === other.costMicroCents
			);
		})
	);
}

class RepriceSums {
	#changed = 0;
	readonly #byModel = new Map<string, Repriced['byModel'][number]>();

	add(
		{ provider, model, costMicroCents: before }: PricedUsageRow,
		change: UsageChange | undefined,
	): void {
		const key = `${provider}\n${model}`;
		const ofModel = this.#byModel.get(key) ?? { provider, model, ...NOTHING };
		this.#byModel.set(key, {
			...{ provider, model, events: ofModel.events + 1 },
			beforeMicroCents: ofModel.beforeMicroCents + before,
			afterMicroCents: ofModel.afterMicroCents + (change?.costMicroCents ?? before),
		});
		if (change) this.#changed += 1;
	}

	total(): Omit<Repriced, 'leftAlone' | 'dryRun'> {
		const byModel = [...this.#byModel.values()].sort(moreFirst);
		const sums = { ...NOTHING };
		for (const { events, beforeMicroCents, afterMicroCents } of byModel) {
			sums.events += events;
			sums.beforeMicroCents += beforeMicroCents;
			sums.afterMicroCents += afterMicroCents;
		}
		return {
			...sums,
			changed: this.#changed,
			unchanged: sums.events - this.#changed,
			differenceMicroCents: sums.afterMicroCents - sums.beforeMicroCents,
			byModel,
		};
	}
}

const NOTHING: Sums = { events: 0, beforeMicroCents: 0, afterMicroCents: 0 };

/** What changes most comes first. */
function moreFirst(a: Sums, b: Sums): number {
	return (
		Math.abs(b.afterMicroCents - b.beforeMicroCents) -
			Math.abs(a.afterMicroCents - a.beforeMicroCents) || b.beforeMicroCents - a.beforeMicroCents
	);
}

function pairOf(row: PricedUsageRow, change: UsageChange | undefined): [string, UsageChange][] {
	return change ? [[keyOf(row), change]] : [];
}

function keyOf({ source, id }: { source: string; id: string }): string {
	return `${source}\n${id}`;
}
