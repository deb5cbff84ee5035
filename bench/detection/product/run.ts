import { limitFactor } from '../../../core/adaptiveLimit.ts';
import { embed } from '../../../core/behaviour/embedding.ts';
import { rawFeatures } from '../../../core/behaviour/features.ts';
import type { Baseline } from '../../../core/behaviour/fitBaseline.ts';
import { standardise } from '../../../core/behaviour/scales.ts';
import { tangentOf } from '../../../core/behaviour/score.ts';
import { SlidingWindows } from '../../../core/behaviour/slidingWindows.ts';
import { limitOf } from '../../../core/behaviour/threshold.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import { DAY, DAYS, FIRST_MINUTE, MINUTES } from '../calendar.ts';
import { eachAlert, ownersOf } from '../judge.ts';
import type { LabelledTenant } from '../tenant.ts';
import { callOf } from './calls.ts';
import { DailyBaselines } from './dailyBaselines.ts';
import { sparseLiteral, type ProductStore } from './store.ts';

/** Scores of each minute; NaN before the tenant's first baseline. */
export type ProductScores = {
	/** In units of the tenant's own limit: above 1 the service alerts. */
	strength: Float32Array;
	/** In units of the shipped limit, whatever the tenant's own alerts made of it. */
	unadapted: Float32Array;
};

const BUDGET_PER_WEEK = 1;

/**
 * Lets the service's own parts live through two weeks of a tenant: windows, features, a baseline every midnight, vectors
 * scored in SQL, and a limit that follows the tenant's alerts. When a day is over an operator confirms the alerts that
 * were incidents, and says nothing of the others.
 */
export async function runProduct(
	tenant: LabelledTenant,
	tenantId: string,
	store: ProductStore,
): Promise<ProductScores> {
	const run = new ProductRun(tenant, tenantId, store);
	run.skipFirstDay();
	for (let day = 1; day < DAYS; day++) await run.live(day);
	return run.scores;
}

/** A day of snapshots, minute by minute. */
type Snapshots = { raw: number[]; vector: string }[];

class ProductRun {
	readonly scores: ProductScores = { strength: unscored(), unadapted: unscored() };
	readonly #tenant: LabelledTenant;
	readonly #tenantId: string;
	readonly #store: ProductStore;
	readonly #windows = new SlidingWindows();
	readonly #baselines = new DailyBaselines(this.#windows.minutes);
	readonly #owner: Int16Array;
	/** Alerts by whole days since the epoch that no operator confirmed. */
	readonly #unconfirmed: [day: number, alerts: number][] = [];
	#nextRequest = 0;

	constructor(tenant: LabelledTenant, tenantId: string, store: ProductStore) {
		this.#tenant = tenant;
		this.#tenantId = tenantId;
		this.#store = store;
		this.#owner = ownersOf(tenant.incidents);
	}

	skipFirstDay(): void {
		this.#addCallsBefore(DAY);
	}

	async live(day: number): Promise<void> {
		const from = FIRST_MINUTE + day * DAY;
		const excluded = await this.#store.excluded(this.#tenantId, FIRST_MINUTE, from);
		const baseline = this.#baselines.fit(from, excluded);
		const { theta, factor } = limitFactor(
			{ alerts: this.#unconfirmed, dismissedAt: [] },
			{ budgetPerWeek: BUDGET_PER_WEEK, now: from * MINUTE_MS },
		);
		const version = await this.#store.saveBaseline({
			...{ tenantId: this.#tenantId, from, baseline, theta, tangentLimit: limitOf(0) * factor },
		});
		const snapshots = this.#snapshotsOf(day, baseline);
		await this.#score(day, version, snapshots);
		await this.#review(day);
	}

	#snapshotsOf(day: number, { levels, scales }: Baseline): Snapshots {
		const snapshots: Snapshots = [];
		for (let at = day * DAY; at < (day + 1) * DAY; at++) {
			this.#addCallsBefore(at + 1);
			const minute = FIRST_MINUTE + at;
			const raw = rawFeatures(this.#windows.advance(minute), levels);
			this.#baselines.keep({ minute, raw });
			snapshots.push({ raw, vector: sparseLiteral(embed(standardise(raw, scales), minute)) });
		}
		return snapshots;
	}

	/** One call of the database for the whole day, and one for each minute that was flagged, as the service makes. */
	async #score(day: number, version: number, snapshots: Snapshots): Promise<void> {
		const vectors = snapshots.map(({ vector }) => vector);
		const scored = await this.#store.score(this.#tenantId, version, vectors);
		for (const [index, { raw, vector }] of snapshots.entries()) {
			const at = day * DAY + index;
			const distance = scored.distances[index] ?? NaN;
			const strength = scored.strengths[index] ?? NaN;
			this.scores.strength[at] = strength;
			this.scores.unadapted[at] = tangentOf(distance) / limitOf(0);
			if (!(strength > 1)) continue;
			const minute = FIRST_MINUTE + at;
			await this.#store.keepFlagged({
				...{ tenantId: this.#tenantId, minute, version, raw, vector, distance, strength },
			});
		}
	}

	async #review(day: number): Promise<void> {
		const midnight = FIRST_MINUTE + (day + 1) * DAY;
		let unconfirmed = 0;
		for (const { minute, opens } of eachAlert(this.scores.strength, 1, DAY)) {
			if (minute < day * DAY) continue;
			const isIncident = (this.#owner[minute] ?? -1) >= 0;
			if (isIncident) await this.#store.confirm(this.#tenantId, FIRST_MINUTE + minute, midnight);
			else if (opens) unconfirmed += 1;
		}
		this.#unconfirmed.push([Math.floor((midnight - 1) / DAY), unconfirmed]);
	}

	#addCallsBefore(minute: number): void {
		const { requests } = this.#tenant;
		for (;;) {
			const request = requests[this.#nextRequest];
			if (!request || request.time >= minute * 60) return;
			this.#windows.add(callOf(request));
			this.#nextRequest += 1;
		}
	}
}

function unscored(): Float32Array {
	return new Float32Array(MINUTES).fill(NaN);
}
