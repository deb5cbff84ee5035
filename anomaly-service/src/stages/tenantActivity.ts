import { HOUR_MS, WEEK_MS } from '../../../core/durations.ts';
import { MINUTES_KEPT } from '../../../core/behaviour/features.ts';
import { minuteOf, type Call } from '../../../core/behaviour/minuteSums.ts';
import { CacheHistory } from '../../../core/health/cacheHistory.ts';
import { HealthWindow } from '../../../core/health/healthWindow.ts';
import { RepeatedCalls } from '../../../core/health/repeatedCalls.ts';
import { Rhythm } from '../../../core/health/rhythm.ts';
import { SlidingWindows } from '../../../core/behaviour/slidingWindows.ts';
import type { MicroCents } from '../../../core/money.ts';

/** Seconds of spend kept: detectors look at the minute that ends with the newest call, also when it came late. */
const KEEP_SECONDS = 11 * 60;
const HOURS_PER_WEEK = 168;
/** What was asked for longer ago is no loop. */
const KEEP_REPEATED_MS = HOUR_MS;

type SecondSpend = { total: MicroCents; requests: number; byEndpoint: Map<string, MicroCents> };

/** What one tenant did lately, in memory: enough for every detector without a question to the database. */
export class TenantActivity {
	/** Running sums of every window: a snapshot costs no adding up. */
	readonly windows = new SlidingWindows();
	/** How calls of the last hour were answered. */
	readonly health = new HealthWindow();
	readonly repeated = new RepeatedCalls();
	/** When it is usually active. */
	readonly rhythm = new Rhythm();
	readonly cached = new CacheHistory();
	readonly #seconds = new Map<number, SecondSpend>();
	readonly #hours = new Map<number, MicroCents>();
	/** Moment of the last letting go, epoch ms; 0 when there was none. */
	#forgivenUntil = 0;
	#heardAt = 0;

	/** Counts a call. `now` bounds what is kept; an older call still counts in its hour. */
	observe(call: Call, now: number): void {
		this.addHour(call.at, call.costMicroCents, now);
		if (call.at > now - WEEK_MS) this.cached.add(call);
		this.observeRecent(call, now);
		if (call.at > Math.max(now - KEEP_REPEATED_MS, this.#forgivenUntil)) this.repeated.add(call);
		this.#heardAt = now;
	}

	/** When it was last told of a call, whenever that was made, epoch ms; 0: never since the start. */
	get heardAt(): number {
		return this.#heardAt;
	}

	/** Counts a call whose hour was counted already. */
	observeRecent(call: Call, now: number): void {
		if (minuteOf(call.at) > minuteOf(now) - MINUTES_KEPT) this.windows.add(call);
		this.health.add(call, now);
		this.rhythm.add(call.at);
		const second = Math.floor(call.at / 1000);
		if (second > Math.floor(now / 1000) - KEEP_SECONDS && call.at > this.#forgivenUntil) {
			const spend = this.#seconds.get(second) ?? noSpend();
			spend.total += call.costMicroCents;
			spend.requests += 1;
			spend.byEndpoint.set(
				call.endpoint,
				(spend.byEndpoint.get(call.endpoint) ?? 0) + call.costMicroCents,
			);
			this.#seconds.set(second, spend);
		}
	}

	/** Adds spend of a whole hour, for what was counted before this process started. */
	addHour(at: number, microCents: MicroCents, now: number): void {
		const hour = Math.floor(at / HOUR_MS);
		if (hour < Math.floor(now / HOUR_MS) - HOURS_PER_WEEK) return;
		this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + microCents);
	}

	/** Spend and calls of the 60 s that end with `asOf`, and the endpoint most of the money went to. */
	lastMinute(asOf: number): { microCents: MicroCents; requests: number; endpoint: string } {
		const to = Math.floor(asOf / 1000);
		const byEndpoint = new Map<string, MicroCents>();
		let microCents = 0;
		let requests = 0;
		for (let second = to - 59; second <= to; second++) {
			const spend = this.#seconds.get(second);
			if (!spend) continue;
			microCents += spend.total;
			requests += spend.requests;
			for (const [endpoint, cost] of spend.byEndpoint) {
				byEndpoint.set(endpoint, (byEndpoint.get(endpoint) ?? 0) + cost);
			}
		}
		const [dearest] = [...byEndpoint].sort(([, a], [, b]) => b - a);

		return { microCents, requests, endpoint: dearest?.[0] ?? '' };
	}

	/**
	 * Usual spend per minute before the current hour: the 7-day mean and the mean of the same hour a week ago, with
	 * the hours of history behind them. A tenant younger than a week is averaged over what there is.
	 */
	usualPerMinute(asOf: number): { weekMean: MicroCents; sameHour: MicroCents; hours: number } {
		const current = Math.floor(asOf / HOUR_MS);
		let total = 0;
		let first = current;
		for (const [hour, spend] of this.#hours) {
			if (hour >= current || hour < current - HOURS_PER_WEEK) continue;
			total += spend;
			first = Math.min(first, hour);
		}
		const hours = current - first;

		return {
			weekMean: hours > 0 ? total / hours / 60 : 0,
			sameHour: (this.#hours.get(current - HOURS_PER_WEEK) ?? 0) / 60,
			hours,
		};
	}

	/** Leaves the spend until `at` out of the velocity, also what is reported of that time later; loops begin anew. */
	forgive(at: number): void {
		this.#forgivenUntil = Math.max(this.#forgivenUntil, at);
		dropBefore(this.#seconds, Math.floor(at / 1000) + 1);
		this.repeated.forget(Infinity);
	}

	/** The newest second with a call that is not forgiven, epoch ms; undefined: of the last minutes there is none. */
	get latestCallAt(): number | undefined {
		const seconds = [...this.#seconds.keys()];

		return seconds.length === 0 ? undefined : Math.max(...seconds) * 1000;
	}

	/** Drops what no window reaches any more. */
	forget(now: number): void {
		this.windows.forget(minuteOf(now));
		this.health.forget(now);
		this.repeated.forget(now - KEEP_REPEATED_MS);
		this.cached.forget(now);
		dropBefore(this.#seconds, Math.floor(now / 1000) - KEEP_SECONDS);
		dropBefore(this.#hours, Math.floor(now / HOUR_MS) - HOURS_PER_WEEK);
	}

	/** No call that a window reaches. */
	get isQuiet(): boolean {
		return this.windows.minutes.size === 0;
	}

	/** No call within the last week. */
	get isForgotten(): boolean {
		return this.#hours.size === 0;
	}
}

function noSpend(): SecondSpend {
	return { total: 0, requests: 0, byEndpoint: new Map() };
}

function dropBefore(map: Map<number, unknown>, oldest: number): void {
	for (const key of map.keys()) if (key < oldest) map.delete(key);
}
