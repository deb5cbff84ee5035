import { HOUR_MS, MINUTE_MS } from '../../../core/durations.ts';
import { CONSTANT, embed } from '../../../core/behaviour/embedding.ts';
import { COORDINATES } from '../../../core/behaviour/features.ts';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import { standardise, type Scale } from '../../../core/behaviour/scales.ts';
import { tangentOf, type Reason } from '../../../core/behaviour/score.ts';
import { reasonWords, timesUsual } from '../../../core/reasonWords.ts';
import type { Database } from '../ports/database.ts';
import type { Feedback, NearSnapshot, StoredSnapshot } from '../ports/scoringFunctions.ts';
import type { Scorer } from './score.ts';

export type ExplainerDependencies = {
	database: Database;
	scorer: Pick<Scorer, 'look'>;
};

/** A feature that turned the vector, with what it was and is usually, in its own unit and in words. */
export type MovedFeature = Reason & { timesUsual: number | null; words: string };

export type Explanation = {
	/** The minute it is of, epoch ms. */
	at: number;
	baselineVersion: number;
	space: string;
	/** Cosine distance to the nearest centroid, and how far the tenant may be. */
	distance: number;
	limitDistance: number | null;
	/** 1 is at the limit. */
	strength: number;
	moved: MovedFeature[];
	nearest: NearSnapshot[];
	suppressedBy: {
		feedback: Feedback | null;
		maintenance: { id: string; note: string | null } | null;
	};
};

type Explained = Omit<StoredSnapshot, 'at' | 'scales'> & {
	at: number;
	scales: readonly Scale[] | null;
	feedbackId: string | null;
};

/** An earlier one this close shares calls with it: it would only say that a minute ago was much the same. */
const APART_MS = 2 * HOUR_MS;
const NEAREST = 5;

/** Says of one score what it is made of. */
export class Explainer {
	readonly #deps: ExplainerDependencies;

	constructor(deps: ExplainerDependencies) {
		this.#deps = deps;
	}

	/** Of the tenant as it is now; undefined: it has no baseline that it could be scored against. */
	async now(tenantId: string, now: number): Promise<Explanation | undefined> {
		const [snapshot] = await this.#deps.scorer.look([tenantId], now);
		if (!snapshot) return undefined;
		const { raw, vector, minute, suppressedBy, ...rest } = snapshot;
		const at = minute * MINUTE_MS;
		const explained = { ...rest, at, raw: [...raw], vector: [...vector] };

		return this.#explain(tenantId, { ...explained, feedbackId: suppressedBy });
	}

	/** Of the snapshot kept nearest to a moment; undefined: there is none within five minutes. */
	async at(tenantId: string, moment: number, now: number): Promise<Explanation | undefined> {
		const { database } = this.#deps;
		const at = new Date(moment).toISOString();
		const stored = await database.call('snapshot_at', { tenantId, at });
		if (!stored) return undefined;
		const { space, vector, distance, strength } = stored;
		const feedbackId = await database.call('alike_feedback', {
			...{ tenantId, space, vector: JSON.stringify(vector), strength },
			tangentLimit: tangentOf(distance) / strength,
			at: new Date(now).toISOString(),
		});

		return this.#explain(tenantId, { ...stored, at: Date.parse(stored.at), feedbackId });
	}

	async #explain(tenantId: string, snapshot: Explained): Promise<Explanation> {
		const { at, version, space, distance, strength, feedbackId } = snapshot;
		const { database } = this.#deps;
		const nearest = await database.call('nearest_snapshots', {
			...{ tenantId, space, limit: NEAREST },
			vector: JSON.stringify(snapshot.vector),
			before: new Date(at - APART_MS).toISOString(),
		});
		const [feedback = null] =
			feedbackId === null
				? []
				: await database.call('list_feedback', { tenantId, id: feedbackId, limit: 1 });

		return {
			...{ at, baselineVersion: version, space, distance, strength },
			limitDistance: limitDistanceOf(distance, strength),
			moved: movedFeatures(snapshot),
			nearest,
			suppressedBy: { feedback, maintenance: await this.#maintenanceAt(tenantId, at) },
		};
	}

	async #maintenanceAt(tenantId: string, at: number) {
		const windows = await this.#deps.database.call('list_maintenance_windows', {
			...{ tenantId, id: null, limit: 1000 },
			since: new Date(at).toISOString(),
		});
		const window = windows.find(({ fromAt }) => Date.parse(fromAt) <= at);

		return window ? { id: window.id, note: window.note } : null;
	}
}

/** What the limit is as a distance: strength is in units of it, as tan of the angle. Null: of 0 nobody can say. */
function limitDistanceOf(distance: number, strength: number): number | null {
	if (strength <= 0) return null;
	const limit = tangentOf(distance) / strength;

	return 1 - 1 / Math.sqrt(1 + limit * limit);
}

/** The features that turned the vector, largest first, each in the window where it moved most. */
function movedFeatures({ raw, scales, at }: Explained): MovedFeature[] {
	if (!scales) return [];
	const vector = embed(standardise(raw, scales), minuteOf(at));
	const strongest = new Map<string, MovedFeature>();
	COORDINATES.forEach(({ feature, windowMinutes }, coordinate) => {
		const weight = (vector[coordinate] ?? 0) / CONSTANT;
		if (Math.abs(weight) <= Math.abs(strongest.get(feature)?.weight ?? 0)) return;
		const reason = {
			...{ feature, windowMinutes, weight: rounded(weight) },
			raw: rounded(raw[coordinate] ?? 0),
			usual: rounded(scales[coordinate]?.middle ?? 0),
		};
		strongest.set(feature, {
			...reason,
			timesUsual: timesUsual(reason),
			words: reasonWords(reason),
		});
	});
	return [...strongest.values()].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}
