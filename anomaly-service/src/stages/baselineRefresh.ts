import { DAY_MS, HOUR_MS } from '../../../core/durations.ts';
import type { Baseline } from '../../../core/behaviour/fitBaseline.ts';
import { storeLevels } from '../../../core/behaviour/levels.ts';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import { standardise } from '../../../core/behaviour/scales.ts';
import { limitOf } from '../../../core/behaviour/threshold.ts';
import type { BaselineFitter } from '../ports/baselineFitter.ts';
import type { BaselineCause } from '../ports/baselineFunctions.ts';
import type { Broadcast } from '../ports/broadcast.ts';
import type { Database } from '../ports/database.ts';
import type { BaselineBook } from './baselineBook.ts';
import { lessonOf } from './baselineCalls.ts';
import type { BaselineLimits, TenantLimit } from './baselineLimits.ts';
import { FEATURES_SPACE } from './embedTick.ts';
import { KeyedQueue } from './keyedQueue.ts';

/**
 * By itself the service refits two hours later than a nightly workflow does: with one, the workflow is first; without,
 * nothing is missed.
 */
const REFRESH_AFTER_MS = DAY_MS + 2 * HOUR_MS;

/** A baseline in another space than `features`, made of the same snapshots; `tangentLimit` before the tenant's own factor. */
export type EmbeddedFit = (
	rows: readonly { minute: number; standardised: readonly number[] }[],
	tenantId: string,
) => Promise<
	{ space: string; tangentLimit: number; centroids: readonly (readonly number[])[] } | undefined
>;

export type RefreshDependencies = {
	book: BaselineBook;
	broadcast: Pick<Broadcast, 'publish'>;
	database: Database;
	fitter: BaselineFitter;
	limits: BaselineLimits;
	/** Undefined: features are the only space. */
	embeddedFit: EmbeddedFit | undefined;
};

/** `actor` null: nobody asked for it. */
export type RefreshOrder = {
	cause: BaselineCause;
	actor: string | null;
	note: string | null;
	now: number;
};

export type RefreshResult = {
	tenantId: string;
	version: number;
	/** The version before; null: it is the first. */
	parent: number | null;
	fittedAt: string;
	/** In force from now on. */
	tangentLimit: number;
	snapshots: number;
	centroids: number;
	excludedMinutes: number;
};

/** Fits new versions of baselines and takes them into use. */
export class BaselineRefresh {
	readonly #deps: RefreshDependencies;
	readonly #queue = new KeyedQueue();
	readonly #stop = new AbortController();

	constructor(deps: RefreshDependencies) {
		this.#deps = deps;
	}

	get isStopped(): boolean {
		return this.#stop.signal.aborted;
	}

	/** Ends a refresh under way: a shutdown does not wait for it. */
	stop(): void {
		this.#stop.abort();
	}

	/**
	 * Fits a version on the last 14 days; undefined when the tenant has less than a day of history, or when it is no person's
	 * order and somebody went back to an older version meanwhile.
	 */
	run(tenantId: string, order: RefreshOrder): Promise<RefreshResult | undefined> {
		return this.#queue.run(tenantId, () => this.#run(tenantId, order));
	}

	async #run(tenantId: string, order: RefreshOrder): Promise<RefreshResult | undefined> {
		const { database, fitter, limits } = this.#deps;
		const { now } = order;
		const lesson = await lessonOf(database, tenantId, now);
		if (!lesson) return undefined;

		const { excluded, pages } = lesson;
		const request = { to: minuteOf(now), excluded };
		const baseline = await fitter.fit(request, pages, this.#stop.signal);
		const limit = await limits.of(tenantId, now);
		const learned = [...excluded].filter((minute) => minute >= minuteOf(lesson.firstAt));
		const result = await this.#save(tenantId, baseline, {
			...{ order, limit, excludedMinutes: learned.length },
		});
		if (result) await this.#embed(tenantId, baseline, { version: result.version, limit });
		return result;
	}

	async #save(
		tenantId: string,
		{ levels, scales, centroids, rows }: Baseline,
		more: { order: RefreshOrder; limit: TenantLimit; excludedMinutes: number },
	): Promise<RefreshResult | undefined> {
		const { book, broadcast, database } = this.#deps;
		const { limit, excludedMinutes } = more;
		const { actor, cause, note, now } = more.order;
		const fittedAt = new Date(now).toISOString();
		const snapshots = rows.length;
		const tangentLimit = limitOf(0) * limit.factor;
		const { version, parent } = await database.call('save_baseline', {
			baseline: {
				...{ tenantId, fittedAt, scales, note, snapshots, excludedMinutes },
				levels: storeLevels(levels),
				tangentLimit: limitOf(0),
				theta: limit.theta,
				cause: snapshots === 0 && isScheduled(cause) ? 'prior' : cause,
				centroids: centroids.map(({ vector, ...rest }) => ({
					vector: JSON.stringify(vector),
					...rest,
				})),
			},
			scoring: {
				...{ tangentLimit, theta: limit.theta },
				refreshAfter: new Date(now + REFRESH_AFTER_MS).toISOString(),
			},
			actor,
		});
		if (version === null) return undefined;
		book.put(tenantId, { version, levels, scales, spaces: [FEATURES_SPACE] });
		await broadcast.publish({ kind: 'baselinesChanged' });
		return {
			...{ tenantId, version, parent, fittedAt, tangentLimit, snapshots, excludedMinutes },
			centroids: centroids.length,
		};
	}

	async #embed(
		tenantId: string,
		{ rows, scales }: Baseline,
		{ version, limit }: { version: number; limit: TenantLimit },
	): Promise<void> {
		const { book, database, embeddedFit } = this.#deps;
		const embedded = await embeddedFit?.(
			rows.map(({ minute, raw }) => ({ minute, standardised: standardise(raw, scales) })),
			tenantId,
		);
		if (!embedded) return;
		const { space } = embedded;
		const { stored } = await database.call('put_embedded_scoring', {
			...{ tenantId, version, space },
			tangentLimit: embedded.tangentLimit * limit.factor,
			centroids: embedded.centroids.map((vector) => JSON.stringify(vector)),
		});
		const active = book.get(tenantId);
		if (stored && active?.version === version)
			book.put(tenantId, { ...active, spaces: [FEATURES_SPACE, space] });
	}
}

function isScheduled(cause: BaselineCause): boolean {
	return cause === 'daily' || cause === 'nightly';
}
