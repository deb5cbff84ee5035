import { DAY_MS } from '../../../core/durations.ts';
import { HISTORY_DAYS } from '../../../core/behaviour/fitLevels.ts';
import { restoreLevels, storeLevels, type Levels } from '../../../core/behaviour/levels.ts';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import type { Scale } from '../../../core/behaviour/scales.ts';
import { WINDOW_MINUTES, type WindowMinutes } from '../../../core/behaviour/features.ts';
import type { BaselineFitter } from '../ports/baselineFitter.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';

/** What led up to an incident is as abnormal as the incident; after it, the longest window still contains it. */
const LEAD_UP_MINUTES = 15;
const TRAIL_MINUTES = Math.max(...WINDOW_MINUTES);

export type ActiveBaseline = {
	version: number;
	levels: Levels;
	scales: ReadonlyMap<WindowMinutes, Scale[]>;
};

export type RefreshResult = {
	tenantId: string;
	version: number;
	fittedAt: string;
	snapshots: number;
	centroids: number;
};

/** The baselines in use, one per tenant; each refresh stores a new version. */
export class BaselineBook {
	readonly #database: Database;
	readonly #fitter: BaselineFitter;
	readonly #log: Log;
	readonly #active = new Map<string, ActiveBaseline>();
	readonly #stop = new AbortController();

	constructor({ database, fitter, log }: { database: Database; fitter: BaselineFitter; log: Log }) {
		this.#database = database;
		this.#fitter = fitter;
		this.#log = log;
	}

	get(tenantId: string): ActiveBaseline | undefined {
		return this.#active.get(tenantId);
	}

	/** Reads the newest version of every tenant that was active in the last week. */
	async restore(now: number): Promise<void> {
		for (const { tenantId, baselineVersion } of await this.#activeTenants(now)) {
			if (baselineVersion === null) continue;
			const stored = await this.#database.call('load_baseline', { tenantId });
			if (!stored) continue;
			this.#active.set(tenantId, {
				version: stored.version,
				levels: restoreLevels(stored.levels),
				scales: new Map(
					WINDOW_MINUTES.map((window) => [window, stored.scales[String(window)] ?? []]),
				),
			});
		}
	}

	/** Refits every tenant whose baseline is a day old, and those that now have a day of history. */
	async refreshStale(now: number): Promise<void> {
		const stale = (await this.#activeTenants(now)).filter(
			({ firstAt, fittedAt }) =>
				now - firstAt >= DAY_MS && (fittedAt === null || now - fittedAt >= DAY_MS),
		);
		for (const { tenantId } of stale) {
			if (this.#stop.signal.aborted) return;
			try {
				await this.refresh(tenantId, now);
			} catch (error) {
				// One tenant's trouble must not keep the others from learning.
				this.#log.error({ err: error, tenantId }, 'baseline could not be refreshed');
			}
		}
	}

	/** Ends a refresh under way: a shutdown does not wait for it. */
	stop(): void {
		this.#stop.abort();
	}

	/** Fits a new version on the last 14 days; undefined when the tenant has less than a day of history. */
	async refresh(tenantId: string, now: number): Promise<RefreshResult | undefined> {
		const since = new Date(now - HISTORY_DAYS * DAY_MS).toISOString();
		const calls = await this.#database.call('tenant_calls', {
			tenantId,
			since,
			until: new Date(now).toISOString(),
		});
		const [first] = calls;
		if (!first || now - first[0] < DAY_MS) return undefined;

		const excluded = await this.#incidentMinutes(tenantId, since, now);
		const baseline = await this.#fitter.fit(
			{ calls, to: minuteOf(now), excluded },
			this.#stop.signal,
		);
		const snapshots = baseline.windows.reduce((sum, window) => sum + window.rows, 0);
		const fittedAt = new Date(now).toISOString();
		const centroids = baseline.windows.flatMap(({ windowMinutes, centroids: ofWindow }) =>
			ofWindow.map(({ vector, weight, days }, k) => ({
				windowMinutes,
				k,
				vector: JSON.stringify(vector),
				weight,
				days,
			})),
		);
		const { version } = await this.#database.call('save_baseline', {
			baseline: {
				tenantId,
				fittedAt,
				levels: storeLevels(baseline.levels),
				scales: Object.fromEntries(
					baseline.windows.map(({ windowMinutes, scales }) => [windowMinutes, scales]),
				),
				snapshots,
				centroids,
			},
		});
		this.#active.set(tenantId, {
			version,
			levels: baseline.levels,
			scales: new Map(baseline.windows.map(({ windowMinutes, scales }) => [windowMinutes, scales])),
		});
		return { tenantId, version, fittedAt, snapshots, centroids: centroids.length };
	}

	/** Minutes of incidents and what led up to them: an attack must not teach the baseline that it is normal. */
	async #incidentMinutes(tenantId: string, since: string, now: number): Promise<Set<number>> {
		const minutes = new Set<number>();
		for (const [opened, closed] of await this.#database.call('incident_spans', {
			tenantId,
			since,
		})) {
			const last = minuteOf(closed ?? now) + TRAIL_MINUTES;
			for (let minute = minuteOf(opened) - LEAD_UP_MINUTES; minute <= last; minute++)
				minutes.add(minute);
		}
		return minutes;
	}

	#activeTenants(now: number) {
		return this.#database.call('active_tenants', {
			since: new Date(now - 7 * DAY_MS).toISOString(),
		});
	}
}
