import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { sparseLiteral } from '../../anomaly-service/src/stages/sparseVector.ts';
import { origin } from '../../core/behaviour/embedding.ts';
import { baselineBench, DAY, LIMIT, MINUTE, out } from './baselineBench.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** What baselines leave out and what moves their limits, through every transport. */
export function learningContract(name: string, open: () => Promise<Database>): void {
	describe(`learning through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const { save, load, snapshots, judge, actions } = baselineBench(db);
		const excluded = async (tenantId: string, now = NOON) => {
			const { spans } = await db.call('excluded_spans', {
				...{ tenantId, since: iso(now - 14 * DAY), now: iso(now) },
			});
			return spans.map(([from, to]) => [(from - NOON) / MINUTE, (to - NOON) / MINUTE]);
		};

		describe('what is not learned from', () => {
			it('is a flagged minute with the quarter of an hour before, for a week', async () => {
				const tenantId = newTenant();
				await snapshots(tenantId, [NOON - 30 * MINUTE, NOON - 29 * MINUTE]);
				await snapshots(tenantId, [NOON - 300 * MINUTE], 0.9);

				expect(await excluded(tenantId)).toEqual([[-45, -28]]);
				expect(await excluded(tenantId, NOON + 7 * DAY)).toEqual([]);
			});

			it('is what people confirmed, however long ago, and not what they called fine', async () => {
				const tenantId = newTenant();
				await save(tenantId);
				await snapshots(tenantId, [NOON - 600 * MINUTE, NOON - 100 * MINUTE]);
				await judge(tenantId, 'incident', NOON - 600 * MINUTE);
				await judge(tenantId, 'fine', NOON - 100 * MINUTE);
				const confirmed = [-660, -539];

				// Both moved in the same feature: what is like the fine one is fine, unless confirmed.
				expect(await excluded(tenantId)).toEqual([confirmed]);
				expect(await excluded(tenantId, NOON + 10 * DAY)).toEqual([confirmed]);
			});

			it('follows the later word where people said both', async () => {
				const tenantId = newTenant();
				await snapshots(tenantId, [NOON - 100 * MINUTE]);
				await judge(tenantId, 'incident', NOON - 100 * MINUTE, NOON - 2);
				await judge(tenantId, 'fine', NOON - 100 * MINUTE, NOON - 1);
				expect(await excluded(tenantId)).toEqual([]);

				await judge(tenantId, 'incident', NOON - 100 * MINUTE, NOON);
				expect(await excluded(tenantId)).toEqual([[-160, -39]]);
			});

			it('is a maintenance window that is not to be learned from', async () => {
				const tenantId = newTenant();
				await snapshots(tenantId, [NOON - 290 * MINUTE, NOON - 90 * MINUTE]);
				const maintain = (from: number, to: number, learn: boolean) =>
					db.call('put_maintenance_window', {
						window: {
							...{ id: `mnt_${tenantId}_${from}`, tenantId, learn, note: null },
							...{ fromAt: iso(NOON + from * MINUTE), toAt: iso(NOON + to * MINUTE) },
						},
						...{ replace: false, actor: 'key_1', now: iso(NOON) },
					});
				await maintain(-310, -280, false);
				await maintain(-110, -80, true);

				expect(await excluded(tenantId)).toEqual([[-310, -219]]);
			});
		});

		describe('limits', () => {
			const alert = (tenantId: string, openedAt: number, sequence = 1) =>
				db.call('raise_alert', {
					alert: {
						...{ tenantId, rule: 'vectorDistance', openedAt: iso(openedAt), sequence },
						...{ severity: 'warning', strength: 2, notifiedAt: iso(openedAt), evidence: {} },
						alertText: '{}',
					},
					event: { eventId: `${tenantId}${openedAt}${sequence}`, type: 't', tenantId, body: '{}' },
				});
			const inputs = async (tenantId: string | null, now = NOON) =>
				db.call('limit_inputs', { tenantId, since: iso(NOON - 120 * DAY), now: iso(now) });
			const today = Math.floor(NOON / DAY);

			it('count the alerts of whole days that nobody confirmed, once for each opening', async () => {
				const tenantId = newTenant();
				await save(tenantId);
				for (const at of [NOON - 2 * DAY, NOON - 2 * DAY + 120 * MINUTE, NOON - DAY, NOON]) {
					await alert(tenantId, at);
				}
				await alert(tenantId, NOON - DAY, 2);
				expect(await inputs(tenantId)).toMatchObject([
					{ baseLimit: LIMIT, alerts: [[today - 2, 2], [today - 1, 1]], dismissedAt: [] }, // prettier-ignore
				]);

				await snapshots(tenantId, [NOON - DAY + 10 * MINUTE]);
				await judge(tenantId, 'incident', NOON - DAY + 10 * MINUTE);
				expect((await inputs(tenantId))[0]?.alerts).toEqual([[today - 2, 2]]);
			});

			it('know when something was called fine', async () => {
				const tenantId = newTenant();
				await save(tenantId);
				await snapshots(tenantId, [NOON - MINUTE]);
				await judge(tenantId, 'fine', NOON - MINUTE);

				expect(await inputs(tenantId)).toMatchObject([{ dismissedAt: [NOON] }]);
				expect((await inputs(null)).map((of) => of.tenantId)).toContain(tenantId);
			});

			it('are set for the version they were computed for, and move other spaces along', async () => {
				const tenantId = newTenant();
				await save(tenantId);
				await db.call('put_embedded_scoring', {
					...{ tenantId, version: 1, space: 'words', tangentLimit: 0.1 },
					centroids: [JSON.stringify(origin())],
				});
				const set = (version: number, tangentLimit: number) =>
					db.call('set_limits', { limits: [{ tenantId, version, tangentLimit, theta: 0.5 }] });

				expect(await set(2, 1)).toEqual({ changed: 0 });
				expect(await set(1, 2 * LIMIT)).toEqual({ changed: 1 });
				expect(await set(1, 2 * LIMIT)).toEqual({ changed: 0 });
				expect((await load(tenantId))?.scoring).toEqual({
					...{
						tangentLimit: 2 * LIMIT,
						theta: 0.5,
						heldUntil: null,
						spaces: ['features', 'words'],
					},
				});
				const { strengths } = await db.call('score_snapshots', {
					...{ at: iso(NOON), space: 'words', tenants: [tenantId], versions: [1] },
					vectors: [sparseLiteral(out(0.4))],
				});
				expect(strengths[0]).toBeCloseTo(1, 4);
			});
		});

		describe('a new normal', () => {
			const shift = (tenantId: string, now = NOON) =>
				db.call('level_shift', { tenantId, now: iso(now) });
			const flagged = [60, 50, 40].map((minutes) => NOON - minutes * MINUTE);

			it('is measured in unexplained flagged minutes of the last day', async () => {
				const tenantId = newTenant();
				await snapshots(tenantId, [...flagged, NOON - 25 * 60 * MINUTE]);
				await snapshots(tenantId, [NOON - 30 * MINUTE], 0.9);

				expect(await shift(tenantId)).toEqual({
					...{ flaggedMinutes: 3, startedAt: NOON - 60 * MINUTE, open: null, isDecided: false },
				});
				await judge(tenantId, 'incident', NOON - 50 * MINUTE);
				expect(await shift(tenantId)).toMatchObject({ flaggedMinutes: 2 });
			});

			it('is asked about once, and let in when somebody says yes, for a week', async () => {
				const tenantId = newTenant();
				await snapshots(tenantId, flagged);
				const startedAt = NOON - 60 * MINUTE;
				const ask = () =>
					db.call('ask_shift', {
						...{ tenantId, startedAt: iso(startedAt), flaggedMinutes: 3, now: iso(NOON) },
					});
				const decide = () =>
					db.call('decide_shift', {
						...{ tenantId, decision: 'accepted', actor: 'key_1', now: iso(NOON) },
					});

				expect([await ask(), await ask()]).toEqual([{ asked: true }, { asked: false }]);
				expect((await shift(tenantId)).open).toEqual({ startedAt, askedAt: NOON });
				expect(await excluded(tenantId)).toHaveLength(1);
				expect(await decide()).toEqual({ decided: true, startedAt });
				expect(await decide()).toEqual({ decided: false });
				await snapshots(tenantId, [NOON + DAY]);
				expect(await excluded(tenantId, NOON + 2 * DAY)).toEqual([]);
				expect(await shift(tenantId)).toMatchObject({ open: null, isDecided: true });
				expect(await actions(tenantId)).toEqual(['baseline.shiftDecided']);
			});
		});
	});
}
