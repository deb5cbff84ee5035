import { DAY_MS } from '../../../core/durations.ts';
import { iso, utcDay } from '../../../core/utc.ts';
import { StoreUnavailableError, type Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { UsageRow } from '../ports/records.ts';

export type UsageDaysDependencies = {
	database: Database;
	log: Log;
	metrics: Pick<Metrics, 'eventsDropped'>;
	/** How long usage is kept; null: for ever. */
	retentionDays: number | null;
};

/** Opened before they begin, so that nobody has to at midnight, also after an hour without this service. */
const DAYS_AHEAD = 2;
/** Days before this are a clock that is wrong, whatever is kept. */
const EARLIEST = Date.UTC(2000, 0, 1);
/** In one call: each takes some 20 ms, and what is moved there longer. */
const AT_ONCE = 30;

/** The tables of usage events, one for each day (UTC): opened when a day begins or is first told of, dropped when it is old. */
export class UsageDays {
	readonly #deps: UsageDaysDependencies;
	/** Days that need no look any more, in days since 1970. */
	readonly #known = new Set<number>();

	constructor(deps: UsageDaysDependencies) {
		this.#deps = deps;
	}

	/** Whether usage of this moment is kept; what is older would be dropped again within the hour. */
	isKept(at: number, now: number): boolean {
		return at >= this.#keptSince(now);
	}

	/** Gives the days of these rows a table each. One that cannot be made now is made later: its events have a place. */
	async open(rows: readonly UsageRow[], now: number): Promise<void> {
		const wanted = new Set<number>();
		for (const { occurred_at: at } of rows) {
			const day = dayOf(Date.parse(at));
			if (!this.#known.has(day)) wanted.add(day);
		}
		if (wanted.size > 0) await this.#openDays([...wanted], now);
	}

	/** At start and every hour: the days that come, and those that have events and no table. */
	async openAhead(now: number): Promise<void> {
		const coming = Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => dayOf(now) + ahead);
		await this.#openDays(coming, now);
		const from = iso(this.#keptSince(now));
		const strays = await this.#deps.database.call('stray_usage_days', { from, limit: AT_ONCE });
		await this.#openDays(
			strays.map((day) => dayOf(Date.parse(day))),
			now,
		);
	}

	/** Drops what is not kept any longer, day by day. */
	async dropOld(now: number): Promise<void> {
		const { database, log, metrics, retentionDays } = this.#deps;
		if (retentionDays === null) return;
		const args = { before: iso(this.#keptSince(now)), now: iso(now) };
		for (let more = true; more; ) {
			const dropped = await database.call('drop_usage_days', args);
			for (const { day, events, microCents } of dropped.days) {
				metrics.eventsDropped.inc({}, events);
				log.info({ day, events, microCents, retentionDays }, 'usage events dropped by retention');
			}
			more = dropped.more;
		}
	}

	async #openDays(days: readonly number[], now: number): Promise<void> {
		const { database, log } = this.#deps;
		const first = dayOf(this.#keptSince(now));
		const last = dayOf(now) + DAYS_AHEAD;
		const wanted = days
			.filter((day) => day >= first && day <= last)
			.map((day) => utcDay(day * DAY_MS));
		try {
			for (let at = 0; at < wanted.length; at += AT_ONCE) {
				const some = wanted.slice(at, at + AT_ONCE);
				const { busy } = await database.call('open_usage_days', { days: some });
				if (busy.length > 0) log.info({ busy }, 'days not opened yet; their events wait elsewhere');
			}
		} catch (error) {
			if (error instanceof StoreUnavailableError) throw error;
			log.error({ err: error, days: wanted }, 'days could not be opened');
		}
		for (const day of days) this.#known.add(day);
	}

	#keptSince(now: number): number {
		const { retentionDays } = this.#deps;

		return retentionDays === null ? EARLIEST : (dayOf(now) - retentionDays) * DAY_MS;
	}
}

function dayOf(at: number): number {
	return Math.floor(at / DAY_MS);
}
