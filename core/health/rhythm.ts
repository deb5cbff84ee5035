import { isWeekend } from '../behaviour/levels.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations.ts';

const QUARTER_MS = 15 * MINUTE_MS;
const PER_DAY = DAY_MS / QUARTER_MS;
/** A week to compare with, and a day more: what is near the same moment a week ago belongs to it. */
const DAYS_KEPT = 8;
const DAYS_COMPARED = 7;
/** Past this a tenant has stopped, which is no news. From a Friday evening until a Tuesday morning. */
const STOPPED_AFTER_MS = 88 * 60 * MINUTE_MS;
/**
 * A quarter is busy when it and three on each side of it had calls. Measured on two weeks of 36 real clients: with one on
 * each side silences are told of two to three times as often.
 */
const NEAR_QUARTERS = 3;
/** A usual stretch is over when as many quarters in a row are not usual: one hour. */
const GAP_QUARTERS = 4;

/** In which quarters of an hour of the last days a tenant made a call: 3 kB, and nothing has to be forgotten. */
export class Rhythm {
	/** The quarter (since the epoch) last seen in each place of the ring. */
	readonly #ring = new Int32Array(DAYS_KEPT * PER_DAY).fill(-1);
	#firstQuarter = Infinity;
	#lastAt = -Infinity;

	/** A call, epoch ms. */
	add(at: number): void {
		this.#addQuarter(quarterOf(at));
		this.#lastAt = Math.max(this.#lastAt, at);
	}

	/** What was counted before this process started: bit n of `quarters` is set when quarter n of the hour had a call. */
	addHour(hour: number, quarters: number): void {
		for (let quarter = 0; quarter < HOUR_MS / QUARTER_MS; quarter++) {
			if (quarters & (1 << quarter)) this.#addQuarter(quarterOf(hour) + quarter);
		}
	}

	/** Epoch ms of the last call, or of the quarter it was in; -Infinity: none is known. */
	get lastAt(): number {
		return this.#lastAt;
	}

	/**
	 * For how long the tenant has been silent in time in which it never is, in ms; 0: it is not, or nothing can be said. A
	 * quarter of an hour is usual when it was busy on all five working days of the last week, at weekends on all seven
	 * days. Only the first usual stretch of a silence counts, so a tenant that stops for good is told of once.
	 * `listeningSince`: silence before is nobody's, as nobody listened.
	 */
	missedMs(asOf: number, listeningSince: number): number {
		if (asOf - this.#lastAt > STOPPED_AFTER_MS || !this.#knowsAWeek(asOf)) return 0;
		const heard = quarterOf(this.#lastAt) + 1;
		const end = quarterOf(asOf);
		if (!this.#isUsualLately(end)) return 0;
		let missed = 0;
		let gap = 0;
		let started = false;
		for (let quarter = heard; quarter < end; quarter++) {
			const isUsual = this.#isUsual(quarter);
			gap = isUsual ? 0 : gap + 1;
			if (started && gap >= GAP_QUARTERS) return 0;
			started ||= isUsual;
			if (isUsual && quarter * QUARTER_MS >= listeningSince) missed += 1;
		}
		return missed * QUARTER_MS;
	}

	#addQuarter(quarter: number): void {
		const place = quarter % this.#ring.length;
		this.#ring[place] = Math.max(quarter, this.#ring[place] ?? -1);
		this.#firstQuarter = Math.min(this.#firstQuarter, quarter);
		this.#lastAt = Math.max(this.#lastAt, quarter * QUARTER_MS);
	}

	#knowsAWeek(asOf: number): boolean {
		return this.#firstQuarter <= quarterOf(asOf) - DAYS_COMPARED * PER_DAY;
	}

	/** Cheap, and false at night: it spares most silent tenants the walk. */
	#isUsualLately(end: number): boolean {
		for (let back = 1; back <= GAP_QUARTERS; back++) if (this.#isUsual(end - back)) return true;

		return false;
	}

	#isUsual(quarter: number): boolean {
		const isWeekend = isWeekendQuarter(quarter);
		for (let days = 1; days <= DAYS_COMPARED; days++) {
			const then = quarter - days * PER_DAY;
			// Two days would be chance: a weekend is compared with the whole week.
			if ((isWeekend || !isWeekendQuarter(then)) && !this.#wasBusy(then)) return false;
		}
		return true;
	}

	#wasBusy(quarter: number): boolean {
		for (let near = quarter - NEAR_QUARTERS; near <= quarter + NEAR_QUARTERS; near++) {
			if (!this.#has(near)) return false;
		}
		return true;
	}

	#has(quarter: number): boolean {
		return this.#ring[quarter % this.#ring.length] === quarter;
	}
}

function quarterOf(at: number): number {
	return Math.floor(at / QUARTER_MS);
}

function isWeekendQuarter(quarter: number): boolean {
	return isWeekend((quarter * QUARTER_MS) / MINUTE_MS);
}
