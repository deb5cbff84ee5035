import { join } from 'node:path';
import { openPgliteDatabase } from '../../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { Baseline } from '../../../core/behaviour/fitBaseline.ts';
import { storeLevels } from '../../../core/behaviour/levels.ts';
import { limitOf } from '../../../core/behaviour/threshold.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/durations.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../supabase/migrations');
const SPACE = 'features';
const EXPIRES_AFTER_MS = 90 * DAY_MS;

/** What a tenant is scored against from minute `from` on (minutes since the epoch, as everywhere here). */
export type Version = {
	tenantId: string;
	from: number;
	baseline: Baseline;
	theta: number;
	tangentLimit: number;
};

export type Scored = { distances: Float64Array; strengths: Float64Array };

/** The service's own database, in memory, reached through the SQL functions that the service calls. */
export type ProductStore = {
	/** Stores a baseline and scores the tenant against it from now on; answers with its version. */
	saveBaseline(version: Version): Promise<number>;
	/** Scores vectors of one tenant; NaN is not scored. */
	score(tenantId: string, version: number, vectors: readonly string[]): Promise<Scored>;
	/** Keeps a flagged snapshot, as the service does: what must not be learned from is read from these. */
	keepFlagged(snapshot: FlaggedSnapshot): Promise<void>;
	/** What an operator says who saw the alert of this minute: it was an incident. */
	confirm(tenantId: string, minute: number, now: number): Promise<void>;
	/** Minutes that a fit at `now` leaves out. */
	excluded(tenantId: string, since: number, now: number): Promise<Set<number>>;
	close(): Promise<void>;
};

export type FlaggedSnapshot = {
	tenantId: string;
	minute: number;
	version: number;
	raw: readonly number[];
	vector: string;
	distance: number;
	strength: number;
};

export async function openProductStore(): Promise<ProductStore> {
	const database = await openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS });

	return {
		saveBaseline: (version) => saveBaseline(database, version),
		score: async (tenantId, version, vectors) => {
			const { distances, strengths } = await database.call('score_snapshots', {
				at: instant(0),
				space: SPACE,
				tenants: vectors.map(() => tenantId),
				versions: vectors.map(() => version),
				vectors,
			});
			return { distances: numbersOf(distances), strengths: numbersOf(strengths) };
		},
		keepFlagged: async ({ tenantId, minute, version, raw, vector, distance, strength }) => {
			const snapshot = [
				tenantId,
				version,
				`{${raw.join(',')}}`,
				vector,
				distance,
				strength,
			] as const;
			await database.call('store_snapshots', {
				...{ at: instant(minute), space: SPACE, snapshots: [snapshot] },
			});
		},
		confirm: async (tenantId, minute, now) => {
			await database.call('give_feedback', {
				...{ tenantId, at: instant(minute), openedAt: null, verdict: 'incident', note: null },
				...{ expiresAt: new Date(now * MINUTE_MS + EXPIRES_AFTER_MS).toISOString() },
				...{ actor: 'bench', now: instant(now) },
			});
		},
		excluded: async (tenantId, since, now) => {
			const asked = { tenantId, since: instant(since), now: instant(now) };
			const { spans } = await database.call('excluded_spans', asked);
			const minutes = new Set<number>();
			for (const [from, to] of spans) {
				for (let at = Math.floor(from / MINUTE_MS); at < to / MINUTE_MS; at++) minutes.add(at);
			}
			return minutes;
		},
		close: () => database.close(),
	};
}

async function saveBaseline(
	database: Database,
	{ tenantId, from, baseline, theta, tangentLimit }: Version,
): Promise<number> {
	const { levels, scales, centroids, rows } = baseline;
	const refreshAfter = instant(from + DAY_MS / MINUTE_MS);
	const { version } = await database.call('save_baseline', {
		baseline: {
			...{ tenantId, fittedAt: instant(from), levels: storeLevels(levels), scales, theta },
			...{ tangentLimit: limitOf(0), cause: 'daily', note: null, snapshots: rows.length },
			excludedMinutes: 0,
			centroids: centroids.map(({ vector, weight, days }) => ({
				...{ vector: JSON.stringify(vector), weight, days },
			})),
		},
		scoring: { tangentLimit, theta, refreshAfter },
		actor: null,
	});
	if (version === null) throw new RangeError('nobody went back to an older version here');
	return version;
}

function numbersOf(values: readonly (number | null)[]): Float64Array {
	return Float64Array.from(values, (value) => value ?? NaN);
}

function instant(minute: number): string {
	return new Date(minute * MINUTE_MS).toISOString();
}

/** A vector as the database reads it fastest, most of its coordinates being 0; single precision holds no more digits. */
export function sparseLiteral(vector: readonly number[]): string {
	const parts: string[] = [];
	vector.forEach((value, index) => {
		const rounded = Math.round(value * 1e5) / 1e5;
		if (rounded !== 0) parts.push(`${index + 1}:${rounded}`);
	});
	return `{${parts.join(',')}}/${vector.length}`;
}
