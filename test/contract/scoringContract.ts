import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { ScoringFunctions } from '../../anomaly-service/src/ports/scoringFunctions.ts';
import { sparseLiteral } from '../../anomaly-service/src/stages/sparseVector.ts';
import { CONSTANT, origin } from '../../core/behaviour/embedding.ts';
import { strengthOf } from '../../core/behaviour/score.ts';
import { emptyLevels } from '../support/baselines.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

type Scored = ScoringFunctions['score_snapshots']['result'];
type FeedbackArgs = ScoringFunctions['give_feedback']['args'];

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** tan(angle) at which the tenants here are flagged. */
const LIMIT = 0.5;

/** A vector whose coordinate is so many limits out. */
const out = (limits: number, coordinate = 0) =>
	origin().map((value, at) => (at === coordinate ? limits * LIMIT * CONSTANT : value));

/** What scoring and what people say of it guarantee, through every transport. `open` gives a migrated, empty database. */
export function scoringContract(name: string, open: () => Promise<Database>): void {
	describe(`scoring through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const baseline = (tenantId: string, centroids: number[][]) =>
			db.call('save_baseline', {
				baseline: {
					...{ tenantId, fittedAt: iso(NOON), levels: emptyLevels(), scales: [] },
					...{ snapshots: 2, tangentLimit: LIMIT, theta: 0, cause: 'daily' },
					...{ excludedMinutes: 0, note: null },
					centroids: centroids.map((vector) => ({
						...{ vector: JSON.stringify(vector), weight: 0.5, days: 2 },
					})),
				},
				scoring: { tangentLimit: LIMIT, theta: 0, refreshAfter: iso(NOON) },
				actor: null,
			});
		const learned = async (...centroids: number[][]) => {
			const tenantId = newTenant();
			await baseline(tenantId, centroids.length > 0 ? centroids : [origin()]);
			return tenantId;
		};
		const score = (
			given: { tenantId: string; vector: number[]; version?: number }[],
			{ at = NOON, space = 'features' } = {},
		): Promise<Scored> =>
			db.call('score_snapshots', {
				...{ at: iso(at), space },
				tenants: given.map(({ tenantId }) => tenantId),
				versions: given.map(({ version = 1 }) => version),
				vectors: given.map(({ vector }) => sparseLiteral(vector)),
			});
		const store = async (tenantId: string, at: number, limits: number, coordinate = 0) => {
			const vector = out(limits, coordinate);
			const { distances, strengths } = await score([{ tenantId, vector }], { at });
			const kept = [tenantId, 1, '{1,2}', sparseLiteral(vector)] as const;
			return db.call('store_snapshots', {
				...{ at: iso(at), space: 'features' },
				snapshots: [[...kept, distances[0] ?? NaN, strengths[0] ?? NaN]],
			});
		};
		const judge = (tenantId: string, changes: Partial<FeedbackArgs> = {}) =>
			db.call('give_feedback', {
				...{ tenantId, at: iso(NOON), openedAt: null, verdict: 'fine', note: null },
				...{ expiresAt: iso(NOON + 30 * DAY), actor: 'key_1', now: iso(NOON), ...changes },
			});
		const isSuppressed = async (tenantId: string, vector: number[], at = NOON) =>
			(await score([{ tenantId, vector }], { at })).suppressed.length > 0;

		it('scores a snapshot by its cosine distance to the nearest centroid', async () => {
			const tenantId = await learned(origin(), out(2));
			const scored = await score(
				[origin(), out(2), out(1, 1)].map((vector) => ({ tenantId, vector })),
			);
			const [, , aside] = scored.distances;

			expect(scored.distances[0]).toBeCloseTo(0, 5);
			expect(scored.distances[1]).toBeCloseTo(0, 5);
			expect(aside).toBeCloseTo(1 - 1 / Math.sqrt(1 + LIMIT ** 2), 5);
			expect(scored.strengths[2]).toBeCloseTo(1, 4);
			expect(scored.strengths[2]).toBeCloseTo(strengthOf(aside ?? NaN, LIMIT), 5);
		});

		it('answers in the order of the question, whatever the number of centroids', async () => {
			const one = await learned();
			const eight = await learned(...Array.from({ length: 8 }, (_, k) => out(3, k)));
			const given = Array.from({ length: 300 }, (_, place) =>
				place % 2 === 0
					? { tenantId: one, vector: out(place / 100) }
					: { tenantId: eight, vector: out(3, 7) },
			);
			const { strengths } = await score(given);

			strengths.forEach((strength, place) => {
				expect(strength).toBeCloseTo(place % 2 === 0 ? place / 100 : 0, 2);
			});
		});

		it('does not score what another version or space made, nor who has no baseline', async () => {
			const tenantId = await learned();
			const vector = out(2);

			expect((await score([{ tenantId, vector, version: 2 }])).distances).toEqual([null]);
			expect((await score([{ tenantId, vector }], { space: 'other' })).strengths).toEqual([null]);
			expect(await score([{ tenantId: newTenant(), vector }])).toEqual({
				...{ distances: [null], strengths: [null], suppressed: [] },
			});
			expect(await score([])).toEqual({ distances: [], strengths: [], suppressed: [] });
		});

		it('keeps the last snapshot of a minute, and of flagged ones the strongest', async () => {
			const tenantId = await learned();
			const keptStrength = async () =>
				(await db.call('snapshot_at', { tenantId, at: iso(NOON) }))?.strength;

			await store(tenantId, NOON, 0.9);
			await store(tenantId, NOON, 0.5);
			expect(await keptStrength()).toBeCloseTo(0.5, 3);
			await store(tenantId, NOON, 2);
			expect(await store(tenantId, NOON, 1.5)).toEqual({ stored: 0 });
			expect(await keptStrength()).toBeCloseTo(2, 3);
		});

		it('finds the stored snapshot nearest to a moment, at most five minutes from it', async () => {
			const tenantId = await learned();
			await store(tenantId, NOON, 1.5);
			await store(tenantId, NOON + 5 * MINUTE, 0.2);
			const found = (at: number) => db.call('snapshot_at', { tenantId, at: iso(at) });

			expect(await found(NOON + 2 * MINUTE)).toMatchObject({
				...{ version: 1, space: 'features', raw: [1, 2], scales: [] },
				vector: expect.arrayContaining([6, CONSTANT]),
			});
			expect((await found(NOON + 3 * MINUTE))?.strength).toBeCloseTo(0.2, 3);
			expect(await found(NOON + 11 * MINUTE)).toBeNull();
			expect(await db.call('snapshot_at', { tenantId: newTenant(), at: iso(NOON) })).toBeNull();
		});

		it('names the most alike snapshot of each earlier day, and never one of another tenant', async () => {
			const tenantId = await learned();
			const other = await learned();
			const vector = JSON.stringify(out(2));
			await store(other, NOON - DAY, 2);
			await store(tenantId, NOON, 2);
			await store(tenantId, NOON - DAY, 1.5);
			await store(tenantId, NOON - DAY + 5 * MINUTE, 1.9);
			await store(tenantId, NOON - 2 * DAY, 2, 1);
			await store(tenantId, NOON - 3 * DAY, 0.1);
			const near = await db.call('nearest_snapshots', {
				...{ tenantId, space: 'features', vector, before: iso(NOON), limit: 2 },
			});

			expect(near.map(({ at }) => Date.parse(at))).toEqual([
				NOON - DAY + 5 * MINUTE,
				NOON - 3 * DAY,
			]);
			expect(near[0]?.distance).toBeLessThan(0.01);
		});

		describe('said to be fine', () => {
			it('suppresses what is alike, until it expires or is taken back', async () => {
				const tenantId = await learned();
				await store(tenantId, NOON, 2);
				const given = await judge(tenantId);
				const id = given.outcome === 'given' ? given.feedback.id : '';

				expect((await score([{ tenantId, vector: out(2.1) }])).suppressed).toEqual([[0, id]]);
				expect(await isSuppressed(tenantId, out(2.1), NOON + 30 * DAY)).toBe(false);
				const gone = { tenantId, id, actor: 'key_1', now: iso(NOON) };
				expect(await db.call('delete_feedback', gone)).toEqual({ deleted: true });
				expect(await isSuppressed(tenantId, out(2.1))).toBe(false);
				expect(await db.call('delete_feedback', gone)).toEqual({ deleted: false });
			});

			it('lets through what is much stronger, what moved elsewhere and other tenants', async () => {
				const tenantId = await learned();
				const other = await learned();
				await store(tenantId, NOON, 1.2);
				await judge(tenantId);

				expect(await isSuppressed(tenantId, out(1.3))).toBe(true);
				expect(await isSuppressed(tenantId, out(1.9))).toBe(false);
				expect(await isSuppressed(tenantId, out(1.2, 1))).toBe(false);
				expect(await isSuppressed(other, out(1.2))).toBe(false);
				const spaces = await db.call('score_snapshots', {
					...{ at: iso(NOON), space: 'other', tenants: [tenantId], versions: [1] },
					vectors: [sparseLiteral(out(1.3))],
				});
				expect(spaces.suppressed).toEqual([]);
			});

			it('holds for all flagged minutes of an alert, its weak beginning too', async () => {
				const tenantId = await learned();
				await alert(tenantId, NOON + 1);
				await store(tenantId, NOON, 1.1, 1);
				await store(tenantId, NOON + 30 * MINUTE, 3);
				await store(tenantId, NOON + 40 * MINUTE, 0.9, 2);
				await store(tenantId, NOON + 200 * MINUTE, 2, 3);
				const given = await judge(tenantId, { at: null, openedAt: iso(NOON + 1) });

				expect(given).toMatchObject({ outcome: 'given', feedback: { tenantId, verdict: 'fine' } });
				const { fromAt, toAt, strength } = given.outcome === 'given' ? given.feedback : nothing;
				expect([fromAt, toAt].map(Date.parse)).toEqual([NOON, NOON + 30 * MINUTE]);
				expect(strength).toBeCloseTo(3, 3);
				expect(await isSuppressed(tenantId, out(1.1, 1))).toBe(true);
				expect(await isSuppressed(tenantId, out(3))).toBe(true);
				expect(await isSuppressed(tenantId, out(2, 3))).toBe(false);
			});

			it('is made anew for the next baseline, which its vector was not made with', async () => {
				const tenantId = await learned();
				await store(tenantId, NOON, 2);
				const given = await judge(tenantId);
				const id = given.outcome === 'given' ? given.feedback.id : '';
				const stale = async () =>
					(await db.call('stale_judgements', { now: iso(NOON), limit: 100 })).filter(
						([, , of]) => of === tenantId,
					);
				expect(await stale()).toEqual([]);
				await baseline(tenantId, [origin()]);
				const [first, ...more] = await stale();
				const at = first?.[1] ?? '';
				expect([Date.parse(at), more]).toEqual([NOON, []]);
				const renew = (version: number) =>
					db.call('renew_judgements', {
						judgements: [[id, at, version, sparseLiteral(out(4, 1))]],
					});

				expect(await renew(1)).toEqual({ renewed: 0 });
				expect(await renew(2)).toEqual({ renewed: 1 });
				expect(await stale()).toEqual([]);
				const again = await score([{ tenantId, vector: out(5, 1), version: 2 }]);
				expect(again.suppressed).toEqual([[0, id]]);
			});

			it('says so when there is no such alert, no snapshot, or too much was said', async () => {
				const tenantId = await learned();

				expect(await judge(tenantId)).toEqual({ outcome: 'noSnapshot' });
				expect(await judge(tenantId, { at: null, openedAt: iso(NOON) })).toEqual({
					outcome: 'noAlert',
				});
				await store(tenantId, NOON, 2);
				for (let said = 0; said < 100; said++) await judge(tenantId);
				expect(await judge(tenantId)).toEqual({ outcome: 'tooMany' });
			});
		});

		it('suppresses nothing that was said to be an incident', async () => {
			const tenantId = await learned();
			await store(tenantId, NOON, 2);
			await judge(tenantId, { verdict: 'incident' });

			expect(await isSuppressed(tenantId, out(2))).toBe(false);
		});

		it('lists what was said, newest first, and audits it', async () => {
			const tenantId = await learned();
			await store(tenantId, NOON, 2);
			await judge(tenantId, { note: 'a campaign' });
			await judge(tenantId, { verdict: 'incident', now: iso(NOON + 1), actor: 'key_2' });
			const listed = await db.call('list_feedback', { tenantId, id: null, limit: 10 });

			expect(listed).toMatchObject([
				{ verdict: 'incident', note: null, createdBy: 'key_2' },
				{ verdict: 'fine', note: 'a campaign', createdBy: 'key_1' },
			]);
			const one = { tenantId, id: listed[1]?.id ?? '', limit: 10 };
			expect(await db.call('list_feedback', one)).toEqual([listed[1]]);
			expect(await actionsOf(tenantId)).toEqual(['feedback.given', 'feedback.given']);
		});

		it('thins ordinary snapshots after 14 days and removes all after 35', async () => {
			const tenantId = await learned();
			const hour = NOON - 14 * DAY - 3_600_000;
			await store(tenantId, hour + 4 * MINUTE, 0.2);
			await store(tenantId, hour + 9 * MINUTE, 0.2);
			await store(tenantId, hour + 14 * MINUTE, 0.9);
			await store(tenantId, NOON - 36 * DAY, 3);
			const prune = () => db.call('prune_snapshots', { now: iso(NOON), limit: 1 });
			const isKept = async (at: number) =>
				Date.parse((await db.call('snapshot_at', { tenantId, at: iso(at) }))?.at ?? '') === at;

			expect([await prune(), await prune(), await prune()]).toEqual([
				{ removed: 1 },
				{ removed: 1 },
				{ removed: 0 },
			]);
			expect(await isKept(hour + 4 * MINUTE)).toBe(true);
			expect(await isKept(hour + 9 * MINUTE)).toBe(false);
			expect(await isKept(hour + 14 * MINUTE)).toBe(true);
			expect(await isKept(NOON - 36 * DAY)).toBe(false);
		});

		it('keeps times of expected change by id, each of one tenant', async () => {
			const tenantId = newTenant();
			const window = {
				...{ id: `mnt_${tenantId}`, tenantId, fromAt: iso(NOON), toAt: iso(NOON + DAY) },
				...{ learn: false, note: null },
			};
			const put = (changes: object = {}, replace = true) =>
				db.call('put_maintenance_window', {
					...{ window: { ...window, ...changes }, replace, actor: 'key_1', now: iso(NOON) },
				});
			const list = (since: number) =>
				db.call('list_maintenance_windows', { tenantId, id: null, since: iso(since), limit: 10 });

			expect(await put()).toEqual({ outcome: 'created' });
			expect(await put()).toEqual({ outcome: 'unchanged' });
			expect(await put({ note: 'migration' })).toEqual({ outcome: 'replaced' });
			expect(await put({}, false)).toEqual({ outcome: 'idTaken' });
			expect(await put({ tenantId: newTenant() })).toEqual({ outcome: 'idTaken' });
			expect(await list(NOON)).toMatchObject([{ note: 'migration', createdBy: 'key_1' }]);
			expect(await list(NOON + DAY)).toEqual([]);
			const gone = { tenantId, id: window.id, actor: 'key_1', now: iso(NOON) };
			expect(await db.call('delete_maintenance_window', { ...gone, tenantId: 'x' })).toEqual({
				deleted: false,
			});
			expect(await db.call('delete_maintenance_window', gone)).toEqual({ deleted: true });
			expect(await actionsOf(tenantId)).toEqual([
				'maintenance.deleted',
				'maintenance.replaced',
				'maintenance.created',
			]);
		});

		async function actionsOf(tenantId: string): Promise<string[]> {
			const entries = await db.call('search_audit', {
				...{ tenantId, action: null, actor: null, incidentId: null },
				...{ from: null, to: null, before: null, limit: 10 },
			});
			return entries.map(({ action }) => action);
		}

		function alert(tenantId: string, at: number) {
			const alertText = '{}';
			return db.call('raise_alert', {
				alert: {
					...{ tenantId, rule: 'vectorDistance', openedAt: iso(at), sequence: 1 },
					...{ severity: 'warning', strength: 1.1, notifiedAt: iso(at), evidence: {}, alertText },
				},
				event: { eventId: `alert ${tenantId}`, type: 'spend.anomaly.detected', tenantId, body: '' },
			});
		}
	});
}

const nothing = { fromAt: '', toAt: '', strength: NaN };
