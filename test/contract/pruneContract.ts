import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { PlannedNotification } from '../../core/alerting/notification.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const DAY_MS = 86_400_000;

/** What is removed of what people were told, through any transport of the SQL functions. */
export function pruneContract(name: string, open: () => Promise<Database>): void {
	describe(`pruning through ${name}`, () => {
		const db = sharedDatabase(open);
		const nextTenant = tenantNames();
		const newTenant = () => `pruned-${nextTenant()}`;
		const subscribed = async () => {
			const tenantId = newTenant();
			const webhook = { id: `whk_${tenantId}`, url: 'http://127.0.0.1:1/', tenantId };
			await db.call('create_webhook', {
				webhook: { ...webhook, events: ['notification.slack'] },
				...{ actor: 'test', now: iso(NOON) },
			});
			return tenantId;
		};
		const tell = async (tenantId: string, outcome: 'sent' | 'failed') => {
			const id = `ntf_${tenantId}`;
			const message: PlannedNotification = {
				...{ id, subjectId: `alr_${tenantId}`, tenantId, rule: 'spikeRatio', severity: 'high' },
				...{ channel: 'slack', kind: 'firing', sequence: 1, alertText: '{}', note: null },
				buttons: [],
			};
			await db.call('add_notifications', { notifications: [message], now: iso(NOON) });
			await db.call('report_notification', {
				report: {
					...{ attempt: 1, outcome, external: null, error: null, answered: true },
					...{ retryAfterMs: null, final: outcome === 'failed' },
				},
				...{ id, tenantId: null, actor: 'key_1', now: iso(NOON) },
			});
		};
		const isKept = async (tenantId: string) =>
			(
				await db.call('list_notifications', {
					...{ tenantId, subjectId: null, state: null, after: null, limit: 1 },
				})
			).length === 1;

		it('removes a message to people 90 days after it was sent, unless its alert is live', async () => {
			const [over, live, dead] = [await subscribed(), await subscribed(), await subscribed()];
			for (const tenantId of [over, live]) await tell(tenantId, 'sent');
			await tell(dead, 'failed');
			await db.call('raise_alert', {
				alert: {
					...{ id: `alr_${live}`, tenantId: live, rule: 'spikeRatio', part: '', severity: 'high' },
					...{
						ends: 'quiet',
						strength: 1,
						sequence: 1,
						openedAt: iso(NOON),
						notifiedAt: iso(NOON),
					},
					...{ evidence: {}, alertText: '{}', muted: false, quietMs: 900_000, endsRule: null },
					repeats: true,
				},
				...{ event: null, notifications: [], group: null },
			});
			const kept = () => Promise.all([over, live, dead].map(isKept));

			await db.call('prune', { now: iso(NOON + 89 * DAY_MS) });
			expect(await kept()).toEqual([true, true, true]);
			await db.call('prune', { now: iso(NOON + 91 * DAY_MS) });
			expect(await kept()).toEqual([false, true, true]);
		});

		it('removes a mute that has ended', async () => {
			const tenantId = newTenant();
			const until = iso(NOON + 1000);
			await db.call('put_mute', { rule: 'r', tenantId, until, actor: 'test', now: iso(NOON) });
			const isListed = async () =>
				(await db.call('list_mutes', { now: iso(NOON) })).some(
					(mute) => mute.tenantId === tenantId,
				);

			await db.call('prune', { now: iso(NOON + 999) });
			expect(await isListed()).toBe(true);
			await db.call('prune', { now: iso(NOON + 1000) });
			expect(await isListed()).toBe(false);
		});
	});
}
