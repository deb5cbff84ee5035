import { randomUUID } from 'node:crypto';
import type { UsageEvent } from '../../../core/usageEvent.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { UsageRow } from '../ports/records.ts';
import type { PutLine } from '../ports/vendorLineFunctions.ts';
import { wholeLines, type WholeLine } from './lineParts.ts';
import type { Pricer } from './price.ts';
import type { UsageCounter } from './usageCounter.ts';
import { occurredAt, usageRow } from './usageRow.ts';

export type VendorLinesDependencies = {
	database: Database;
	/** Counts usage that is durable, and looks at it. False: some is counted once the counter store answers again. */
	follow: (rows: readonly UsageRow[], now: number) => Promise<boolean>;
	metrics: Pick<Metrics, 'events'>;
	pricer: Pricer;
	usageCounter: UsageCounter;
};

/** A line of a vendor as the usage event it is recorded as. */
export type TenantLine = {
	event: UsageEvent;
	/** Lines of one export with the same id and different parts are summed up. */
	part: string | undefined;
	/** When the vendor last changed it, epoch ms; undefined: it does not say. */
	version: number | undefined;
	/** False: the line does not say when, the event's time is that of the request. */
	dated: boolean;
};

type By = { actor: string; now: number };

type Put = WholeLine & { row: UsageRow; result: PutLine };

/** As other usage is counted. */
const METRIC_OUTCOMES = {
	added: 'recorded',
	corrected: 'corrected',
	unchanged: 'duplicate',
	otherTenant: 'rejected',
} as const;

const CHANGES: ReadonlySet<PutLine['outcome']> = new Set(['added', 'corrected']);

/** Books what vendors bill beside models. A line that comes again with another cost takes its own place. */
export class VendorLines {
	readonly #deps: VendorLinesDependencies;

	constructor(deps: VendorLinesDependencies) {
		this.#deps = deps;
	}

	/** One answer per line, in order. Resolves when all is durable, counted and looked at. */
	async put(lines: readonly TenantLine[], { actor, now }: By): Promise<PutLine[]> {
		if (lines.length === 0) return [];
		const wholes = wholeLines(lines).map((whole) => ({
			...whole,
			row: this.#rowOf(whole.line.event, now),
		}));
		const run = randomUUID();
		const results = await this.#deps.database.call('put_vendor_lines', {
			lines: wholes.map(({ line: { version, dated }, row }) => ({
				event: row,
				version: version === undefined ? null : iso(version),
				dated,
			})),
			...{ run, actor },
			now: iso(now),
		});
		const puts = results.flatMap((result, at): Put[] => {
			const whole = wholes[at];
			return whole ? [{ ...whole, result }] : [];
		});
		const isCounted = await this.#countAll(puts, now);
		const isChange = puts.some(({ result: { outcome } }) => CHANGES.has(outcome));
		if (isChange && isCounted) {
			await this.#deps.database.call('counted', { runs: [run] });
		}

		return answersOf(lines, puts);
	}

	#rowOf(event: UsageEvent, now: number): UsageRow {
		const priced = this.#deps.pricer.priceEvent(event.data, occurredAt(event, now));
		if (!priced) throw new RangeError('a line that was let in costs more than 2^53 µ¢');

		return usageRow(event, priced, now);
	}

	/**
	 * New spend is counted as any usage is. A correction and a refund take something back, which counters cannot: they
	 * are read from the database again. So are those of a tenant with refunds: what these are below 0 is not in them.
	 */
	async #countAll(puts: readonly Put[], now: number): Promise<boolean> {
		const { follow, metrics, usageCounter } = this.#deps;
		const fresh: UsageRow[] = [];
		const changed = new Set<string>();
		for (const { row, result } of puts) {
			metrics.events.inc({ outcome: METRIC_OUTCOMES[result.outcome] });
			const isNew = result.outcome === 'added';
			if (isNew && row.cost_micro_cents >= 0) fresh.push(row);
			if (result.outcome === 'corrected' || (isNew && result.refunds)) changed.add(row.tenant_id);
		}
		const isFreshCounted = await follow(fresh, now);
		return (await usageCounter.countChanged([...changed])) && isFreshCounted;
	}
}

/** A part of a line is answered its own cost, and what became of the whole. */
function answersOf(lines: readonly TenantLine[], puts: readonly Put[]): PutLine[] {
	const answers: PutLine[] = [];
	for (const { indexes, result } of puts) {
		for (const index of indexes) {
			const cost = lines[index]?.event.data.costMicroCents;
			const isPart = indexes.length > 1 && result.outcome !== 'otherTenant' && cost !== undefined;
			answers[index] = isPart ? { ...result, costMicroCents: cost } : result;
		}
	}
	return answers;
}
