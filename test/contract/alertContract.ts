import type { AlertRecord } from '../../anomaly-service/src/ports/alertFunctions.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { PlannedNotification } from '../../core/alerting/notification.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUIET = 15 * MINUTE;

/** Alerts, mutes and where people are told, through any transport of the SQL functions. */
export function alertContract(name: string, open: () => Promise<Database>): void {
	describe(`alerts through ${name}`, () => {
		const db = sharedDatabase(open);
		const nextTenant = tenantNames();
		const newTenant = () => `alerted-${nextTenant()}`;

		const subscribe = (tenantId: string, ...events: string[]) =>
			db.call('create_webhook', {
				webhook: { id: `whk_${tenantId}`, url: 'http://127.0.0.1:1/', events, tenantId },
				...{ actor: 'test', now: iso(NOON) },
			});
		const record = (tenantId: string, changes: Partial<AlertRecord> = {}): AlertRecord => ({
			...{ id: `alr_${tenantId}`, tenantId, rule: `rule of ${tenantId}`, severity: 'high' },
			...{ ends: 'quiet', strength: 1.3, openedAt: iso(NOON), sequence: 1 },
			...{ notifiedAt: iso(NOON), evidence: { ratio: 4 }, alertText: '{"x":1.50}' },
			...changes,
		});
		const message = (alert: AlertRecord): PlannedNotification => ({
			...{ id: `ntf_${alert.id}_${alert.sequence}`, subjectId: alert.id ?? '', kind: 'firing' },
			...{ tenantId: alert.tenantId, rule: alert.rule, severity: alert.severity },
			...{ channel: 'slack', sequence: alert.sequence, alertText: alert.alertText, note: null },
			buttons: [
				{ label: 'Acknowledge', data: `ack:${alert.id}` },
				{ label: 'Undo', data: `undo:${alert.id}` },
			],
		});
		const raise = (
			alert: AlertRecord,
			group: { tenants: number; withinMs: number } | null = null,
		) => db.call('raise_alert', { alert, event: null, notifications: [message(alert)], group });
		const messages = async (tenantId: string, subjectId = `alr_${tenantId}`) => {
			const listed = await db.call('list_notifications', {
				...{ tenantId, subjectId, state: null, after: null, limit: 100 },
			});
			return listed.sort((a, b) => a.sequence - b.sequence);
		};
		const sent = async (tenantId: string, now = NOON, subjectId = `alr_${tenantId}`) => {
			for (const { notificationId, attempt, state } of await messages(tenantId, subjectId)) {
				if (state !== 'requested' || attempt === 0) continue;
				await db.call('report_notification', {
					report: {
						...{ attempt, outcome: 'sent', external: { ts: '1.2' }, error: null },
						...{ answered: true, retryAfterMs: null, final: false },
					},
					...{ id: notificationId, tenantId, actor: 'key_1', now: iso(now) },
				});
			}
		};
		const listed = async (tenantId: string) =>
			(await db.call('list_alerts', { tenantId, limit: 100 }))[0];
		const sweep = (now: number) =>
			db.call('sweep_alerts', { now: iso(now), quietMs: QUIET, renotifyMs: 4 * HOUR });
		const acknowledge = (id: string, tenantId: string | null = null, now = NOON + MINUTE) =>
			db.call('acknowledge_alert', {
				...{ id, tenantId, actor: 'key_1', name: 'Ada', now: iso(now) },
			});

		it('opens one alert when two replicas see the same', async () => {
			const tenantId = newTenant();
			await subscribe(tenantId, 'notification.slack');
			const [first, second] = await Promise.all([
				raise(record(tenantId)),
				raise(record(tenantId, { id: `alr_${tenantId}_b`, openedAt: iso(NOON + 1) })),
			]);

			expect([first.raised, second.raised].sort()).toEqual([false, true]);
			expect(second.alert?.id).toBe(first.alert?.id);
			const told = await messages(tenantId, first.alert?.id);
			expect(told).toMatchObject([{ sequence: 1, state: 'requested', alertText: '{"x":1.50}' }]);
		});

		it('tells each message once: a later one follows the one before', async () => {
			const tenantId = newTenant();
			await subscribe(tenantId, 'notification.slack');
			await raise(record(tenantId));
			const worse = record(tenantId, {
				...{ sequence: 2, strength: 2, notifiedAt: iso(NOON + 20 * MINUTE) },
			});

			expect(await raise(worse)).toMatchObject({ raised: true, alert: { toldStrength: 2 } });
			expect(await raise(worse)).toMatchObject({ raised: false, alert: { sequence: 2 } });
			expect(await messages(tenantId)).toHaveLength(2);
		});

		it('takes care of an alert once, and says who to whoever was told', async () => {
			const tenantId = newTenant();
			await subscribe(tenantId, 'notification.slack');
			await raise(record(tenantId));
			await sent(tenantId);
			const id = `alr_${tenantId}`;
			expect(await acknowledge(id, 'other')).toEqual({ outcome: 'unknown' });
			expect(await acknowledge(id, tenantId)).toMatchObject({
				...{ outcome: 'acknowledged', acknowledgedBy: 'Ada', tenantId },
			});
			expect(await acknowledge(id)).toMatchObject({ outcome: 'already', acknowledgedBy: 'Ada' });

			const [, second] = await messages(tenantId);
			expect(second).toMatchObject({
				...{ kind: 'acknowledged', sequence: 2, alertText: '{"x":1.50}' },
				note: 'Acknowledged by Ada at 12:01 UTC',
			});
			const claimed = await db.call('claim_notification', {
				...{ id: second?.notificationId ?? '', attempt: 1, tenantId, actor: 'key_1' },
				now: iso(NOON + MINUTE),
			});
			expect(claimed).toMatchObject({
				notification: {
					buttons: [{ label: 'Undo', data: `undo:${id}` }],
					posted: { ts: '1.2' },
				},
			});
			const worse = { sequence: 3, notifiedAt: iso(NOON + HOUR) };
			expect(await raise(record(tenantId, worse))).toMatchObject({ raised: false });
		});

		it('ends an alert 15 minutes after it was last seen, and says so to whoever was told', async () => {
			const tenantId = newTenant();
			await subscribe(tenantId, 'notification.slack');
			await raise(record(tenantId));
			await sent(tenantId);
			const id = `alr_${tenantId}`;
			await db.call('touch_alerts', { seen: [{ id, at: iso(NOON + 5 * MINUTE) }] });
			await sweep(NOON + 21 * MINUTE);
			expect(await listed(tenantId)).toMatchObject({ state: 'firing' });
			await sweep(NOON + 21 * MINUTE + 1);

			expect(await listed(tenantId)).toMatchObject({ state: 'resolved', sequence: 2 });
			expect((await messages(tenantId))[1]).toMatchObject({
				...{ kind: 'resolved', note: 'Resolved at 12:21 UTC', alertText: '{"x":1.50}' },
			});
			expect(await acknowledge(id)).toMatchObject({ outcome: 'resolved' });
		});

		it('opens the same alert again when it is seen again', async () => {
			const tenantId = newTenant();
			await raise(record(tenantId));
			await sweep(NOON + 17 * MINUTE);
			const seen = [{ id: `alr_${tenantId}`, at: iso(NOON + 20 * MINUTE) }];

			expect(await db.call('touch_alerts', { seen })).toEqual({ touched: 1 });
			expect(await listed(tenantId)).toMatchObject({ state: 'firing', resolvedAt: null });
			const again = { sequence: 2, notifiedAt: iso(NOON + 40 * MINUTE) };
			expect(await raise(record(tenantId, again))).toMatchObject({ raised: true });
		});

		it('opens a new one in place of one that nobody ended in time', async () => {
			const tenantId = newTenant();
			await raise(record(tenantId));
			const next = {
				id: `alr_${tenantId}_2`,
				openedAt: iso(NOON + HOUR),
				notifiedAt: iso(NOON + HOUR),
			};

			expect(await raise(record(tenantId, next))).toMatchObject({ raised: true });
			expect(await db.call('list_alerts', { tenantId, limit: 9 })).toMatchObject([
				{ alertId: `alr_${tenantId}_2`, state: 'firing' },
				{ alertId: `alr_${tenantId}`, state: 'resolved' },
			]);
		});

		it('is told again every four hours while nobody takes care of it', async () => {
			const tenantId = newTenant();
			await subscribe(tenantId, 'notification.slack');
			await raise(record(tenantId, { ends: 'told' }));
			await sweep(NOON + 4 * HOUR - 1);
			expect(await messages(tenantId)).toHaveLength(1);
			await sweep(NOON + 4 * HOUR);
			await sweep(NOON + 4 * HOUR + MINUTE);
			expect(await messages(tenantId)).toMatchObject([
				{ kind: 'firing', note: null },
				{ kind: 'firing', note: 'Still firing at 16:00 UTC', alertText: '{"x":1.50}' },
			]);

			await acknowledge(`alr_${tenantId}`, null, NOON + 5 * HOUR);
			await sweep(NOON + 12 * HOUR);
			expect(await messages(tenantId)).toHaveLength(3);
		});

		it('is not told again while its rule is muted, or when it lasts by its nature', async () => {
			const [muted, lasting] = [newTenant(), newTenant()];
			await raise(record(muted, { ends: 'told' }));
			await raise(record(lasting, { ends: 'told', repeats: false }));
			const until = iso(NOON + 5 * HOUR);
			const by = { actor: 'key_1', now: iso(NOON) };
			await db.call('put_mute', { rule: `rule of ${muted}`, tenantId: null, until, ...by });
			await sweep(NOON + 4 * HOUR);
			expect(await listed(muted)).toMatchObject({ sequence: 1 });
			await sweep(NOON + 6 * HOUR);

			expect(await listed(muted)).toMatchObject({ sequence: 2 });
			expect(await listed(lasting)).toMatchObject({ sequence: 1 });
		});

		it('of a muted rule is kept, and nobody is told', async () => {
			const tenantId = newTenant();
			await subscribe(tenantId, 'notification.slack');
			await raise(record(tenantId, { muted: true }));

			expect(await listed(tenantId)).toMatchObject({ state: 'firing', notifiedAt: null });
			expect(await messages(tenantId)).toEqual([]);
		});

		it('of many tenants at once is told of five, the rest are one', async () => {
			const tenants = Array.from({ length: 8 }, newTenant);
			const rule = `outage of ${tenants[0]}`;
			const alertText = '{"spend_velocity_per_min":1.50,"faulty_endpoint":"api.openai.com"}';
			for (const tenantId of tenants) {
				await subscribe(tenantId, 'notification.slack');
				await raise(record(tenantId, { rule, alertText }), { tenants: 5, withinMs: MINUTE });
			}
			const told = await Promise.all(tenants.map((tenantId) => messages(tenantId)));
			expect(told.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);

			const grouped = async (now: number) =>
				(await db.call('grouped_alerts', { now: iso(now), settleMs: 10_000 })).filter(
					(one) => one.rule === rule,
				);
			expect(await grouped(NOON + 9999)).toEqual([]);
			expect(await grouped(NOON + 10_000)).toEqual([
				{
					...{ rule, severity: 'high', tenantCount: 3, tenants: tenants.slice(5).sort() },
					...{ spendUsdPerMinute: '4.50', endpoint: 'api.openai.com' },
				},
			]);
		});

		it('ends with its tenant’s incident, and its next finding is news', async () => {
			const tenantId = newTenant();
			await subscribe(tenantId, 'notification.slack');
			await raise(record(tenantId));
			await sent(tenantId);
			const incidentId = `inc_${tenantId}`;
			const breaker = { state: 'open', incidentId, openedAt: NOON } as const;
			const incident = {
				...{ id: incidentId, tenantId, rule: 'spendCap', severity: 'critical' as const },
				...{ openedAt: iso(NOON), evidence: {}, alertText: '{"y":2.00}', breaker },
				notifications: [message(record(tenantId, { id: incidentId, rule: 'spendCap' }))],
			};
			await db.call('open_incident', {
				incident,
				event: { eventId: incidentId, type: 'breaker.opened', tenantId, body: '{}' },
			});
			await sent(tenantId, NOON, incidentId);
			await sweep(NOON + HOUR);
			expect(await listed(tenantId)).toMatchObject({ state: 'firing' });
			expect(await acknowledge(incidentId)).toMatchObject({ outcome: 'acknowledged' });
			await sent(tenantId, NOON, incidentId);
			await db.call('set_breaker', {
				...{ tenantId, breaker: { state: 'closed' }, now: iso(NOON + 2 * HOUR) },
				audit: { actor: 'key_1', name: 'Ada', event: 'breaker.closed', detail: {} },
			});

			expect(await messages(tenantId, incidentId)).toMatchObject([
				{ kind: 'firing', sequence: 1 },
				{ kind: 'acknowledged', sequence: 2 },
				{ kind: 'resolved', sequence: 3, note: 'Resolved by Ada at 14:00 UTC' },
			]);
			expect((await messages(tenantId))[1]).toMatchObject({ kind: 'resolved' });
			const known = await db.call('load_alerts', { since: null, ended: iso(NOON) });
			expect(known.filter((one) => one.tenantId === tenantId)).toEqual([]);
			const next = { openedAt: iso(NOON + 2 * HOUR + 1), notifiedAt: iso(NOON + 2 * HOUR + 1) };
			expect(await raise(record(tenantId, { ...next, id: `alr_${tenantId}_2` }))).toMatchObject({
				raised: true,
			});
		});

		it('comes back to a replica as it is', async () => {
			const tenantId = newTenant();
			await raise(record(tenantId, { notifiedAt: iso(NOON + 1) }));
			const known = await db.call('load_alerts', { since: null, ended: iso(NOON) });

			expect(known.filter((one) => one.tenantId === tenantId)).toEqual([
				{
					...{ id: `alr_${tenantId}`, tenantId, rule: `rule of ${tenantId}`, part: '' },
					...{ severity: 'high', ends: 'quiet', state: 'firing', openedAt: NOON },
					...{ lastSeenAt: NOON + 1, toldAt: NOON + 1, said: 'firing', toldStrength: 1.3 },
					...{ sequence: 1, resolvedAt: null, afresh: false },
				},
			]);
		});

		it('lists a tenant’s own by state, page by page', async () => {
			const tenantId = newTenant();
			await raise(record(tenantId));
			await raise(record(tenantId, { id: `alr_${tenantId}_2`, severity: 'critical' }));
			const page = (after: string | null, state: 'firing' | 'resolved' = 'firing') =>
				db.call('list_alerts', { tenantId, limit: 1, state, after });
			const [first] = await page(null);
			const [second] = await page(first?.alertId ?? '');

			expect([first?.severity, second?.severity].sort()).toEqual(['critical', 'high']);
			expect(await page(second?.alertId ?? '')).toEqual([]);
			expect(await page(null, 'resolved')).toEqual([]);
		});

		it('mutes a rule until a time, of one tenant or all, and ends it at a word', async () => {
			const tenantId = newTenant();
			const rule = `rule of ${tenantId}`;
			const by = { actor: 'key_1', now: iso(NOON) };
			const put = (of: string | null, until: number) =>
				db.call('put_mute', { rule, tenantId: of, until: iso(until), ...by });
			await put(null, NOON + 1);
			await put(tenantId, NOON + MINUTE);
			await put(tenantId, NOON + HOUR);
			const held = async (now: number) =>
				(await db.call('list_mutes', { now: iso(now) })).filter((mute) => mute.rule === rule);

			expect(await held(NOON)).toMatchObject([{ tenantId: null }, { tenantId, mutedBy: 'key_1' }]);
			expect(await held(NOON + MINUTE)).toMatchObject([{ tenantId }]);
			const end = () => db.call('delete_mute', { rule, tenantId, ...by });
			expect(await end()).toEqual({ unmuted: true });
			expect(await end()).toEqual({ unmuted: false });
		});

		it('keeps where people are told, and tells what changed nothing', async () => {
			const put = (routes: { channels: 'slack'[] }[] | null) =>
				db.call('put_alert_routing', { routes, actor: 'key_1', now: iso(NOON) });
			const routes = [{ channels: ['slack' as const] }];

			expect([await put(routes), await put(routes)]).toEqual([
				{ changed: true },
				{ changed: false },
			]);
			expect(await db.call('load_alert_routing', {})).toEqual({ routes });
			expect([await put(null), await put(null)]).toEqual([{ changed: true }, { changed: false }]);
			expect(await db.call('load_alert_routing', {})).toEqual({ routes: null });
		});
	});
}
