import { ActivityBook } from '../anomaly-service/src/stages/activityBook.ts';
import { Scorer } from '../anomaly-service/src/stages/score.ts';
import { SnapshotKeeper } from '../anomaly-service/src/stages/snapshotKeeper.ts';
import { MINUTE_MS } from '../core/durations.ts';
import { embed, origin } from '../core/behaviour/embedding.ts';
import { COORDINATES } from '../core/behaviour/features.ts';
import { fitBaseline } from '../core/behaviour/fitBaseline.ts';
import { addCall, emptySums, minuteOf, type Call } from '../core/behaviour/minuteSums.ts';
import { seededRandom } from '../core/behaviour/seededRandom.ts';
import type { Database } from '../anomaly-service/src/ports/database.ts';
import type { OpenedDatabase } from '../test/support/servers/openedDatabase.ts';

/** A Wednesday at noon. */
export const NOON = Date.UTC(2026, 9, 14, 12);
/** Every eighth row of a tick is one's own; the rest repeat them. */
const CENTROID_SETS = 200;
const CENTROIDS = 8;
const LIMIT = 0.6;

export const tenantName = (index: number) => `org_${String(index).padStart(8, '0')}_alpha`;

/** `count` tenants with eight centroids each, put there as rows: what is measured reads them, nothing else does. */
export async function fillTenants(database: OpenedDatabase, count: number): Promise<void> {
	const random = seededRandom(3);
	const sets = Array.from({ length: CENTROID_SETS }, () => {
		const centroids = Array.from({ length: CENTROIDS }, () =>
			JSON.stringify(origin().map((value) => value + (random() < 0.3 ? random() : 0))),
		);
		return `(array['${centroids.join("','")}']::extensions.vector(64)[])`;
	});
	await database.query('truncate fuse.baselines, fuse.scoring, fuse.centroids cascade');
	await database.query(`
		insert into fuse.baselines (tenant_id, version, fitted_at, levels, scales, snapshots, tangent_limit, theta, cause,
			excluded_minutes, created_by)
		select ${SQL_NAME}, 1, now(), '{}', '[]', 1, ${LIMIT}, 0, 'daily', 0, 'bench'
		from generate_series(0, ${count - 1}) n`);
	await database.query(`
		insert into fuse.scoring (tenant_id, version, space, tangent_limit, centroids)
		select ${SQL_NAME}, 1, 'features', ${LIMIT}, s.centroids
		from generate_series(0, ${count - 1}) n
		join (select centroids, row_number() over () - 1 as place from (values ${sets.join(',')}) v (centroids)) s
			on s.place = n % ${CENTROID_SETS}`);
	await database.query('analyze fuse.scoring');
}

const SQL_NAME = `'org_' || lpad(n::text, 8, '0') || '_alpha'`;

/** A million snapshots of 1,000 of the tenants, and 30 versions of each of them. */
export async function fillHistory(database: OpenedDatabase, snapshots: number): Promise<void> {
	await database.query(`
		insert into fuse.snapshots (tenant_id, at, baseline_version, space, raw, v, distance, strength)
		select ${SQL_NAME}, now() - k * interval '5 minutes', 1, 'features', array_fill(0.5::real, array[${COORDINATES.length}]),
			(select centroids[1] from fuse.scoring limit 1), 0.1, 0.5
		from generate_series(0, 999) n, generate_series(1, ${Math.ceil(snapshots / 1000)}) k`);
	await database.query(`
		insert into fuse.baselines (tenant_id, version, fitted_at, levels, scales, snapshots, tangent_limit, theta, cause,
			excluded_minutes, created_by)
		select ${SQL_NAME}, version, now(), '{}', '[]', 1, ${LIMIT}, 0, 'daily', 0, 'bench'
		from generate_series(0, 999) n, generate_series(2, 30) version`);
	await database.query(`
		insert into fuse.centroids (tenant_id, version, k, v, weight, days)
		select b.tenant_id, b.version, k, (select centroids[1] from fuse.scoring limit 1), 0.1, 7
		from fuse.baselines b, generate_series(0, 7) k`);
	await database.query('analyze fuse.snapshots, fuse.baselines, fuse.centroids');
}

/** Vectors as ticks have them: most tenants near their normal, one in fifty flagged. */
export function vectorsOf(count: number): (readonly number[])[] {
	const random = seededRandom(5);

	return Array.from({ length: count }, (_, index) => {
		const isFlagged = index % 50 === 0;
		const standardised = COORDINATES.map(() =>
			isFlagged && random() < 0.3 ? 4 + 6 * random() : 2 * (random() + random() + random() - 1.5),
		);
		return embed(standardised, minuteOf(NOON));
	});
}

/** Tenants with calls in memory, as in a service that has run for hours. */
export class LiveTenants {
	readonly scorer: Scorer;
	readonly names: readonly string[];
	readonly #activities = new ActivityBook();
	readonly #random = seededRandom(7);

	constructor(database: Database, count: number) {
		this.names = Array.from({ length: count }, (_, index) => tenantName(index));
		for (const name of this.names) {
			for (let back = 175; back >= 0; back -= 5) this.#call(name, NOON - back * MINUTE_MS);
		}
		const history = new Map(
			Array.from({ length: 3 * 288 }, (_, index) => {
				const minute = minuteOf(NOON) - 5 * index;
				const sums = emptySums();
				addCall(sums, this.#someCall(minute * MINUTE_MS));
				return [minute, sums] as const;
			}),
		);
		const firstMinute = minuteOf(NOON) - 3 * 1440;
		const span = { to: minuteOf(NOON), firstMinute, excluded: new Set<number>() };
		const baseline = { version: 1, ...fitBaseline(history, span, this.#random) };
		this.scorer = new Scorer({
			activities: this.#activities,
			baselines: { get: () => baseline },
			database,
			embedder: undefined,
			keeper: new SnapshotKeeper({ database }),
			log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
		});
	}

	/** Everybody calls once in the minute that ends with `now`. */
	callAt(now: number): void {
		for (const name of this.names) this.#call(name, now);
	}

	#call(name: string, at: number): void {
		this.#activities.observe(name, this.#someCall(at), at);
	}

	#someCall(at: number): Call {
		const random = this.#random;
		const output = Math.round(30 * 2 ** (2 * random()));

		return {
			...{ at, endpoint: 'api.openai.com/v1/chat/completions', model: 'gpt-4o-mini' },
			...{
				input: Math.round(200 * 2 ** (2 * random())),
				cached: 0,
				output,
				contextTokens: 128_000,
			},
			...{ latencyMs: 250 + 8 * output, failed: false, costMicroCents: 20_000 + output },
			...{ caller: 'n8n|wf|Agent', keyId: 'key', execution: String(Math.floor(at / 1000)) },
		};
	}
}

const quiet = () => undefined;
