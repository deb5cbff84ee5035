import { MINUTE_MS } from '../../../core/durations.ts';
import { embed } from '../../../core/behaviour/embedding.ts';
import { rawFeatures } from '../../../core/behaviour/features.ts';
import type { Levels } from '../../../core/behaviour/levels.ts';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import { standardise, type Scale } from '../../../core/behaviour/scales.ts';
import { reasonsOf } from '../../../core/behaviour/score.ts';
import type { Score } from '../detectors/detector.ts';
import type { Database } from '../ports/database.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { Log } from '../ports/log.ts';
import type { ActivityBook } from './activityBook.ts';
import { embedTick } from './embedTick.ts';
import { NEARLY, type SnapshotKeeper } from './snapshotKeeper.ts';
import { sparseLiteral } from './sparseVector.ts';

/** What scoring needs of a tenant's baseline. */
type ScoredAgainst = {
	version: number;
	levels: Levels;
	scales: readonly Scale[];
	/** Where it has centroids beside those of the features. */
	spaces?: readonly string[];
};

export type ScorerDependencies = {
	activities: Pick<ActivityBook, 'of'>;
	baselines: { get(tenantId: string): ScoredAgainst | undefined };
	database: Database;
	/** Undefined: the space of the features only. */
	embedder: Embedder | undefined;
	keeper: SnapshotKeeper;
	log: Log;
};

/** One tenant's behaviour now, on its way to a score. */
export type TakenSnapshot = {
	tenantId: string;
	/** Since the epoch. */
	minute: number;
	version: number;
	scales: readonly Scale[];
	raw: readonly number[];
	standardised: readonly number[];
};

/** A snapshot as it was scored. `literal` is its vector as the database reads it. */
export type ScoredSnapshot = TakenSnapshot & {
	space: string;
	vector: readonly number[];
	literal: string;
	distance: number;
	strength: number;
	suppressedBy: string | null;
};

/** Takes snapshots of tenants, makes vectors of them and reads their distances: one SQL call for all tenants of a space. */
export class Scorer {
	readonly #deps: ScorerDependencies;

	constructor(deps: ScorerDependencies) {
		this.#deps = deps;
	}

	/** Scores tenants as of `now` and keeps what is worth keeping. Tenants without a baseline are left out. */
	async score(tenantIds: readonly string[], now: number): Promise<Map<string, Score>> {
		const scored = await this.look(tenantIds, now);
		await this.#deps.keeper.keep(scored);

		return new Map(scored.map((snapshot) => [snapshot.tenantId, scoreOf(snapshot, now)]));
	}

	/** As `score`, with everything that led there; keeps nothing. */
	async look(tenantIds: readonly string[], now: number): Promise<ScoredSnapshot[]> {
		const { baselines, embedder } = this.#deps;
		const taken = tenantIds.flatMap((tenantId) => this.#take(tenantId, now));
		const embedded = await embedTick(
			taken,
			embedder,
			(tenantId, space) => baselines.get(tenantId)?.spaces?.includes(space) ?? false,
		);
		const spaces = new Map<string, Made[]>();
		taken.forEach((snapshot, index) => {
			const { space, vector } = embedded[index] ?? { space: '', vector: [] };
			const made = { ...snapshot, space, vector, literal: sparseLiteral(vector) };
			const ofSpace = spaces.get(space);
			if (ofSpace) ofSpace.push(made);
			else spaces.set(space, [made]);
		});
		const scored: ScoredSnapshot[] = [];
		for (const [space, made] of spaces) scored.push(...(await this.#measure(space, made, now)));
		return scored;
	}

	#take(tenantId: string, now: number): TakenSnapshot[] {
		const { activities, baselines, log } = this.#deps;
		const baseline = baselines.get(tenantId);
		if (!baseline) return [];
		const { version, levels, scales } = baseline;
		const minute = minuteOf(now);
		const passed = (now % MINUTE_MS) / MINUTE_MS;
		// All tenants are scored in one statement: one bad vector or baseline must not cost the others their score.
		try {
			const raw = rawFeatures(activities.of(tenantId).windows.advance(minute, passed), levels);
			const standardised = standardise(raw, scales);
			if (standardised.every(Number.isFinite)) {
				return [{ tenantId, minute, version, scales, raw, standardised }];
			}
			log.error({ tenantId, version }, 'snapshot is not finite; left out');
		} catch (error) {
			log.error({ err: error, tenantId, version }, 'snapshot could not be taken; left out');
		}
		return [];
	}

	async #measure(space: string, made: readonly Made[], now: number): Promise<ScoredSnapshot[]> {
		const { distances, strengths, suppressed } = await this.#deps.database.call('score_snapshots', {
			at: new Date(now).toISOString(),
			space,
			tenants: made.map(({ tenantId }) => tenantId),
			versions: made.map(({ version }) => version),
			vectors: made.map(({ literal }) => literal),
		});
		const feedback = new Map(suppressed);

		return made.flatMap((snapshot, place) => {
			const distance = distances[place] ?? null;
			const strength = strengths[place] ?? null;
			if (distance === null || strength === null) return [];

			return [{ ...snapshot, distance, strength, suppressedBy: feedback.get(place) ?? null }];
		});
	}
}

type Made = TakenSnapshot & { space: string; vector: readonly number[]; literal: string };

function scoreOf(snapshot: ScoredSnapshot, at: number): Score {
	const { distance, strength, suppressedBy, standardised, minute, raw, scales } = snapshot;
	// Of the features in whatever space: those a person understands.
	const reasons = strength > NEARLY ? reasonsOf(embed(standardised, minute), raw, scales) : [];

	return { at, distance, strength, reasons, suppressedBy };
}
