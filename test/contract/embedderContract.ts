import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { sparseLiteral } from '../../anomaly-service/src/stages/sparseVector.ts';
import { trip, CLOSED } from '../../core/breaker.ts';
import { origin } from '../../core/behaviour/embedding.ts';
import { emptyLevels } from '../support/baselines.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const TEXTS = 'openai:of-the-test';

/** A vector of length 64 that has these coordinates, the constant and nothing else. */
const moved = (coordinates: Record<number, number>) =>
	origin().map((value, axis) => coordinates[axis] ?? value);
/** As SHA-256 in hex. */
const hashOf = (digit: string) => digit.repeat(64);

/** What embedders and the search for similar incidents rely on, through every transport. */
export function embedderContract(name: string, open: () => Promise<Database>): void {
	describe(`embedding through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();

		async function learned(): Promise<string> {
			const tenantId = newTenant();
			await db.call('save_baseline', {
				baseline: {
					...{ tenantId, fittedAt: iso(NOON), levels: emptyLevels(), scales: [] },
					...{ snapshots: 2, tangentLimit: 0.5, theta: 0.3, cause: 'daily' },
					...{ excludedMinutes: 0, note: null },
					centroids: [{ vector: JSON.stringify(origin()), weight: 1, days: 2 }],
				},
				scoring: { tangentLimit: 0.5, theta: 0.3, refreshAfter: iso(NOON) },
				actor: null,
			});
			return tenantId;
		}

		describe('vectors of texts', () => {
			const load = (hashes: string[], { space = TEXTS, now = NOON } = {}) =>
				db.call('load_embeddings', { space, hashes, now: iso(now) });
			const store = (digit: string, first: number, { space = TEXTS, now = NOON } = {}) =>
				db.call('store_embeddings', {
					...{ space, now: iso(now) },
					embeddings: [{ hash: hashOf(digit), v: JSON.stringify(moved({ 0: first })) }],
				});
			const prune = (now: number, keep = 100) =>
				db.call('prune_embeddings', { now: iso(now), keep });

			it('are found again in their space, and stay as they were first', async () => {
				expect(await store('1', 0.25)).toEqual({ stored: 1 });
				expect(await store('1', 0.75)).toEqual({ stored: 0 });

				expect(await load([hashOf('1'), hashOf('2')])).toEqual({
					[hashOf('1')]: moved({ 0: 0.25 }),
				});
				expect(await load([hashOf('1')], { space: 'openai:other' })).toEqual({});
				expect(await load([])).toEqual({});
			});

			it('are kept while they are used, and forgotten two weeks after', async () => {
				const space = 'openai:kept';
				await store('3', 1, { space });
				await store('4', 1, { space });
				await load([hashOf('3')], { space, now: NOON + 10 * DAY });

				await prune(NOON + 15 * DAY);
				expect(Object.keys(await load([hashOf('3'), hashOf('4')], { space }))).toEqual([
					hashOf('3'),
				]);
			});

			it('are at most as many as are to be kept: those used last', async () => {
				const space = 'openai:many';
				const now = NOON + 20 * DAY;
				for (const [digit, minute] of [
					['5', 1],
					['6', 2],
					['7', 3],
				] as const) {
					await store(digit, 1, { space, now: now + minute * MINUTE });
				}
				await prune(now, 2);
				const left = await load([hashOf('5'), hashOf('6'), hashOf('7')], { space, now });
				expect(Object.keys(left).sort()).toEqual([hashOf('6'), hashOf('7')]);
			});
		});

		describe('a baseline in another space', () => {
			const put = (tenantId: string, version = 1) =>
				db.call('put_embedded_scoring', {
					...{ tenantId, version, space: TEXTS, tangentLimit: 0.2 },
					centroids: [moved({ 1: 1 }), moved({ 2: 1 })].map((v) => JSON.stringify(v)),
				});
			const score = async (tenantId: string, space: string) =>
				db.call('score_snapshots', {
					...{ at: iso(NOON), space, tenants: [tenantId], versions: [1] },
					vectors: [sparseLiteral(moved({ 1: 1 }))],
				});

			it('is beside that of the features: a snapshot is scored in its own space', async () => {
				const tenantId = await learned();
				expect(await put(tenantId)).toEqual({ stored: true });

				expect((await score(tenantId, TEXTS)).strengths[0]).toBeCloseTo(0, 3);
				expect((await score(tenantId, 'features')).strengths[0]).toBeCloseTo(0.25, 3);
				expect(await put(tenantId)).toEqual({ stored: true });
			});

			it('is of the version in use, or of none', async () => {
				const tenantId = await learned();

				expect(await put(tenantId, 2)).toEqual({ stored: false });
				expect(await put(newTenant())).toEqual({ stored: false });
				expect((await score(tenantId, TEXTS)).strengths).toEqual([null]);
			});
		});

		describe('similar incidents', () => {
			let made = 0;
			const openIncident = async (tenantId: string, at = NOON) => {
				const id = `inc_${name}_${++made}`;
				await db.call('open_incident', {
					incident: {
						...{ id, tenantId, rule: 'spendCap', severity: 'critical', openedAt: iso(at) },
						...{ evidence: {}, alertText: '{}', breaker: trip(CLOSED, id, at) },
					},
					event: { eventId: id, type: 'breaker.opened', tenantId, body: '{}' },
				});
				return id;
			};
			const store = (
				tenantId: string,
				{ vector, at = NOON, strength = 2, space = 'features' }: StoredVector,
			) =>
				db.call('store_snapshots', {
					...{ at: iso(at), space },
					snapshots: [[tenantId, 1, '{1}', sparseLiteral(vector), 0.1, strength]],
				});
			const collect = (now = NOON + 20 * MINUTE) =>
				db.call('collect_incident_snapshots', { now: iso(now) });
			const like = async (id: string | null, tenantId: string | null = null, at = NOON) =>
				(
					await db.call('incidents_like', {
						...{ id, tenantId, at: id === null ? iso(at) : null, limit: 3 },
					})
				)?.map(({ id: found, distance }) => [found, Math.round(distance * 100) / 100]);
			const incidentOf = async (snapshot: StoredVector) => {
				const tenantId = newTenant();
				const id = await openIncident(tenantId, snapshot.at);
				await store(tenantId, snapshot);
				return { id, tenantId };
			};

			it('moved in the same features, however far and at whatever hour', async () => {
				const loop = await incidentOf({ vector: moved({ 6: 9, 8: 3, 61: 0.5 }) });
				const weakLoop = await incidentOf({ vector: moved({ 6: 3, 8: 1, 62: -0.5 }) });
				const spike = await incidentOf({ vector: moved({ 0: 9, 1: 9 }) });
				expect(await collect()).toEqual({ kept: 3 });

				expect(await like(loop.id)).toEqual([
					[weakLoop.id, 0],
					[spike.id, 1],
				]);
				expect(await like(null, loop.tenantId)).toEqual([
					[loop.id, 0],
					[weakLoop.id, 0],
					[spike.id, 1],
				]);
			});

			it('are taken from the strongest snapshot around their start, once', async () => {
				const at = NOON + 2 * DAY;
				const { id, tenantId } = await incidentOf({ vector: moved({ 20: 1 }), at, strength: 0.5 });
				const now = at + MINUTE;
				expect(await collect(now)).toEqual({ kept: 1 });
				await store(tenantId, { vector: moved({ 21: 9 }), at: at + 2 * MINUTE, strength: 3 });
				await store(tenantId, { vector: moved({ 22: 9 }), at: at + 30 * MINUTE, strength: 9 });
				expect(await collect(at + HOUR)).toEqual({ kept: 1 });
				expect(await collect(at + HOUR)).toEqual({ kept: 0 });

				const other = newTenant();
				await store(other, { vector: moved({ 21: 1 }), at });
				expect((await like(null, other, at))?.[0]).toEqual([id, 0]);
			});

			it('are those that people call one, too', async () => {
				const at = NOON + 4 * DAY;
				const tenantId = newTenant();
				await store(tenantId, { vector: moved({ 30: 4 }), at });
				const given = await db.call('give_feedback', {
					...{ tenantId, at: iso(at), openedAt: null, verdict: 'incident', note: null },
					...{ expiresAt: iso(at + DAY), actor: 'key_1', now: iso(at) },
				});
				await collect(at + MINUTE);

				const other = newTenant();
				await store(other, { vector: moved({ 30: 1, 31: 1 }), at });
				expect((await like(null, other, at))?.[0]).toEqual([
					given.outcome === 'given' ? given.feedback.id : undefined,
					0.29,
				]);
			});

			it('are of the same space', async () => {
				const at = NOON + 6 * DAY;
				const texts = { vector: moved({ 5: 1 }), at, space: TEXTS };
				const one = await incidentOf(texts);
				const two = await incidentOf(texts);
				await collect(at + MINUTE);

				expect(await like(one.id)).toEqual([[two.id, 0]]);
			});

			it('are none where nothing is known, nothing moved, or another tenant is asked about', async () => {
				const at = NOON + 8 * DAY;
				const calm = await incidentOf({ vector: origin(), at });
				const moving = await incidentOf({ vector: moved({ 3: 1 }), at });
				await collect(at + MINUTE);

				expect(await like(calm.id)).toBeUndefined();
				expect(await like('inc_unknown')).toBeUndefined();
				expect(await like(moving.id, newTenant())).toBeUndefined();
				expect(await like(null, moving.tenantId, at + 11 * MINUTE)).toBeUndefined();
			});
		});
	});
}

type StoredVector = { vector: number[]; at?: number; strength?: number; space?: string };
const HOUR = 60 * MINUTE;
