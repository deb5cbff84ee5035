import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { NotificationReport } from '../../anomaly-service/src/ports/notificationFunctions.ts';
import type { Channel, PlannedNotification } from '../../core/alerting/notification.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Messages to people, through any transport of the SQL functions. */
export function notificationContract(name: string, open: () => Promise<Database>): void {
	describe(`notifications through ${name}`, () => {
		const db = sharedDatabase(open);
		const nextTenant = tenantNames();
		const newTenant = () => `told-${nextTenant()}`;

		/** A tenant whose messages to Slack somebody subscribed to. */
		const subscribed = async (channels: Channel[] = ['slack']) => {
			const tenantId = newTenant();
			const events = channels.map((channel) => `notification.${channel}`);
			await db.call('create_webhook', {
				webhook: { id: `whk_${tenantId}`, url: 'http://127.0.0.1:1/', events, tenantId },
				...{ actor: 'test', now: iso(NOON) },
			});
			return tenantId;
		};
		const planned = (
			tenantId: string,
			changes: Partial<PlannedNotification> = {},
		): PlannedNotification => ({
			...{ id: `ntf_${tenantId}`, subjectId: `alr_${tenantId}`, tenantId, rule: 'spikeRatio' },
			...{ severity: 'high', channel: 'slack', kind: 'firing', sequence: 1, note: null },
			...{ alertText: '{"x":1.50}', buttons: [{ label: 'Acknowledge', data: 'ack:alr_1' }] },
			...changes,
		});
		const add = (...notifications: PlannedNotification[]) =>
			db.call('add_notifications', { notifications, now: iso(NOON) });
		const claim = (id: string, attempt = 1, now = NOON) =>
			db.call('claim_notification', {
				...{ id, attempt, tenantId: null, actor: 'key_1', now: iso(now) },
			});
		const report = (id: string, changes: Partial<NotificationReport> = {}, now = NOON) =>
			db.call('report_notification', {
				report: {
					...{ attempt: 1, outcome: 'sent', external: { ts: '1.2' }, error: null },
					...{ answered: true, retryAfterMs: null, final: false, ...changes },
				},
				...{ id, tenantId: null, actor: 'key_1', now: iso(now) },
			});
		const sweep = (now: number) => db.call('sweep_notifications', { now: iso(now), limit: 1000 });
		const one = async (tenantId: string, id = `ntf_${tenantId}`) => {
			const listed = await db.call('list_notifications', {
				...{ tenantId, subjectId: null, state: null, after: null, limit: 100 },
			});
			return listed.find(({ notificationId }) => notificationId === id);
		};
		/** What is on its way to the tenant's subscriber, as parsed bodies. */
		const outbox = async (tenantId: string, now = NOON) => {
			const claimed = await db.call('claim_deliveries', {
				...{ now: iso(now), leaseMs: 1, limit: 1000 },
			});
			return claimed
				.filter(({ webhookId }) => webhookId === `whk_${tenantId}`)
				.map(({ id, body }) => ({ id, ...(JSON.parse(body) as { type: string; data: object }) }));
		};
		const deliver = async (tenantId: string, now: number) => {
			const messages = await outbox(tenantId, now);
			for (const { id } of messages) {
				await db.call('finish_delivery', {
					...{ id, now: iso(now), error: null, nextAttemptAt: null },
				});
			}
			return messages;
		};

		it('makes one message of (subject, rule, channel, sequence), whoever plans it again', async () => {
			const tenantId = await subscribed();

			expect(await add(planned(tenantId))).toBe(1);
			expect(await add(planned(tenantId, { id: `ntf_${tenantId}_again` }))).toBe(0);
			expect(await outbox(tenantId)).toMatchObject([
				{
					type: 'notification.slack',
					data: {
						...{ notificationId: `ntf_${tenantId}`, subjectId: `alr_${tenantId}`, tenantId },
						...{ rule: 'spikeRatio', severity: 'high', channel: 'slack', kind: 'firing' },
						...{ sequence: 1, attempt: 1, mayHaveArrived: false, alertText: '{"x":1.50}' },
						...{ note: null, posted: null, buttons: [{ label: 'Acknowledge', data: 'ack:alr_1' }] },
					},
				},
			]);
		});

		it('keeps a message nobody subscribed to as skipped', async () => {
			const tenantId = newTenant();
			await add(planned(tenantId));

			expect(await one(tenantId)).toMatchObject({ state: 'skipped', dueAt: null });
		});

		it('lets one of several take an attempt', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const id = `ntf_${tenantId}`;
			const answers = await Promise.all([claim(id), claim(id), claim(id)]);

			const outcomes = answers.map(({ outcome }) => outcome).sort();
			expect(outcomes).toEqual(['claimed', 'claimed', 'granted']);
			expect(await claim(id, 2)).toEqual({ outcome: 'outdated' });
			expect(await claim('ntf_none')).toEqual({ outcome: 'unknown' });
		});

		it('lets nobody take what was sent, and takes the same report twice', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const id = `ntf_${tenantId}`;
			await claim(id);
			expect(await report(id)).toMatchObject({
				outcome: 'recorded',
				notification: { state: 'sent' },
			});
			expect(await report(id, { external: { ts: 'x' } })).toMatchObject({
				...{ outcome: 'known', notification: { external: { ts: '1.2' } } },
			});
			expect(await report(id, { outcome: 'failed' })).toMatchObject({ outcome: 'known' });

			expect(await claim(id)).toEqual({ outcome: 'notRequested' });
		});

		it('hands out again what was taken and never reported, and says that it may have arrived', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const id = `ntf_${tenantId}`;
			await deliver(tenantId, NOON);
			await claim(id);
			await sweep(NOON + 2 * MINUTE - 1);
			expect(await one(tenantId)).toMatchObject({ attempt: 1 });
			await sweep(NOON + 2 * MINUTE);

			expect(await outbox(tenantId, NOON + 2 * MINUTE)).toMatchObject([
				{ data: { attempt: 2, mayHaveArrived: true } },
			]);
		});

		it('believes a late word that an older attempt was sent', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const id = `ntf_${tenantId}`;
			await deliver(tenantId, NOON);
			await claim(id);
			await sweep(NOON + 3 * MINUTE);
			expect(await report(id, { attempt: 1 }, NOON + 4 * MINUTE)).toMatchObject({
				notification: { state: 'sent', attempt: 2 },
			});

			expect(await claim(id, 2, NOON + 4 * MINUTE)).toEqual({ outcome: 'notRequested' });
		});

		it('takes no report of an attempt that was never handed out', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));

			expect(await report(`ntf_${tenantId}`, { attempt: 2 })).toMatchObject({
				...{ outcome: 'neverHandedOut', notification: { state: 'requested' } },
			});
		});

		it('spends no attempt while its receiver cannot be reached', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			for (let minute = 1; minute <= 60; minute++) await sweep(NOON + minute * MINUTE);
			expect(await one(tenantId)).toMatchObject({ state: 'requested', attempt: 1 });

			await deliver(tenantId, NOON + 61 * MINUTE);
			await sweep(NOON + 62 * MINUTE);
			expect(await one(tenantId)).toMatchObject({ attempt: 1 });
			await sweep(NOON + 63 * MINUTE);
			expect(await one(tenantId)).toMatchObject({ attempt: 2 });
		});

		it('tries again after 30 seconds, doubling up to 10 minutes, eight times, then gives up', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const id = `ntf_${tenantId}`;
			const waits: number[] = [];
			let now = NOON;
			for (let attempt = 1; attempt <= 8; attempt++) {
				await report(id, { attempt, outcome: 'failed', error: 'HTTP 500' }, now);
				const { state, dueAt } = (await one(tenantId)) ?? {};
				if (state !== 'requested') break;
				const due = Date.parse(dueAt ?? '');
				waits.push((due - now) / SECOND);
				await sweep(due - 1);
				expect(await one(tenantId)).toMatchObject({ attempt });
				now = due;
				await sweep(now);
			}

			expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
			expect(await one(tenantId)).toMatchObject({ state: 'failed', error: 'HTTP 500', attempt: 8 });
		});

		it('waits as long as the channel asked for', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const failed = { outcome: 'failed', retryAfterMs: 7000 } as const;
			await report(`ntf_${tenantId}`, failed);
			await report(`ntf_${tenantId}`, failed, NOON + 5000);

			expect(Date.parse((await one(tenantId))?.dueAt ?? '')).toBe(NOON + 7000);
		});

		it('gives up at once what has no use, names it once, and hands it out again when told to', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const id = `ntf_${tenantId}`;
			await report(id, { outcome: 'failed', final: true, error: 'HTTP 401' });
			const deadOf = async () =>
				(await sweep(NOON)).dead.filter(({ notificationId }) => notificationId === id);
			expect(await deadOf()).toEqual([
				{ channel: 'slack', error: 'HTTP 401', notificationId: id, subjectId: `alr_${tenantId}` },
			]);
			await db.call('dead_notifications_told', { ids: [id] });
			expect(await deadOf()).toEqual([]);

			const order = { id, actor: 'key_1', now: iso(NOON) };
			expect(await db.call('retry_notification', { ...order, tenantId: 'other' })).toEqual({
				outcome: 'unknown',
			});
			expect(await db.call('retry_notification', { ...order, tenantId })).toEqual({
				outcome: 'retried',
			});
			expect(await db.call('retry_notification', { ...order, tenantId })).toEqual({
				outcome: 'notDead',
			});
			expect(await claim(id, 2)).toMatchObject({ outcome: 'granted' });
		});

		it('puts a dead message away for good', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const id = `ntf_${tenantId}`;
			await report(id, { outcome: 'failed', final: true });
			const order = { id, tenantId: null, actor: 'key_1', now: iso(NOON) };

			expect(await db.call('delete_notification', order)).toEqual({ outcome: 'deleted' });
			expect(await db.call('delete_notification', order)).toEqual({ outcome: 'notDead' });
			expect(await add(planned(tenantId, { id: 'ntf_again' }))).toBe(0);
		});

		it('hands out what changes a message only when that one is posted, and says where it is', async () => {
			const tenantId = await subscribed();
			await add(
				planned(tenantId),
				planned(tenantId, { id: `ntf_${tenantId}_2`, kind: 'acknowledged', sequence: 2 }),
				planned(tenantId, { id: `ntf_${tenantId}_3`, kind: 'resolved', sequence: 3 }),
			);
			expect(await outbox(tenantId)).toHaveLength(1);
			await sweep(NOON + 30 * SECOND);
			expect(await claim(`ntf_${tenantId}_2`, 0)).toMatchObject({ outcome: 'outdated' });
			await report(`ntf_${tenantId}`);

			expect(await one(tenantId, `ntf_${tenantId}_3`)).toMatchObject({ attempt: 0 });
			const second = await claim(`ntf_${tenantId}_2`);
			expect(second).toMatchObject({
				notification: { kind: 'acknowledged', posted: { ts: '1.2' } },
			});
			await report(`ntf_${tenantId}_2`, { external: null });
			expect(await claim(`ntf_${tenantId}_3`)).toMatchObject({
				notification: { kind: 'resolved', posted: { ts: '1.2' } },
			});
		});

		it('tells nobody of the end of what could not be posted', async () => {
			const tenantId = await subscribed();
			await add(
				planned(tenantId),
				planned(tenantId, { id: `ntf_${tenantId}_2`, kind: 'resolved', sequence: 2 }),
			);
			await report(`ntf_${tenantId}`, { outcome: 'failed', final: true });

			expect(await one(tenantId, `ntf_${tenantId}_2`)).toMatchObject({ state: 'skipped' });
		});

		it('tells of the end after all when what could not be posted is tried anew', async () => {
			const tenantId = await subscribed();
			const [firing, resolved] = [`ntf_${tenantId}`, `ntf_${tenantId}_2`];
			await add(
				planned(tenantId),
				planned(tenantId, { id: resolved, kind: 'resolved', sequence: 2 }),
			);
			await report(firing, { outcome: 'failed', final: true });
			const order = { id: firing, tenantId, actor: 'key_1', now: iso(NOON) };
			await db.call('retry_notification', order);

			expect(await one(tenantId, resolved)).toMatchObject({ state: 'requested', attempt: 0 });
			await report(firing, { attempt: 2 });
			expect(await claim(resolved)).toMatchObject({
				notification: { kind: 'resolved', posted: { ts: '1.2' } },
			});
		});

		it('lists a tenant’s own, newest first, page by page', async () => {
			const tenantId = await subscribed(['slack', 'email']);
			await add(
				planned(tenantId),
				planned(tenantId, { id: `ntf_${tenantId}_2`, channel: 'email' }),
			);
			const page = (after: string | null) =>
				db.call('list_notifications', {
					...{ tenantId, subjectId: `alr_${tenantId}`, state: 'requested', after, limit: 1 },
				});
			const [first] = await page(null);
			const [second] = await page(first?.notificationId ?? '');

			expect([first?.channel, second?.channel].sort()).toEqual(['email', 'slack']);
			expect(await page(second?.notificationId ?? '')).toEqual([]);
		});

		it('lists deliveries that were given up, gives them another day, and removes them', async () => {
			const tenantId = await subscribed();
			await add(planned(tenantId));
			const [message] = await outbox(tenantId);
			const id = message?.id ?? '';
			const giveUp = () =>
				db.call('finish_delivery', { id, now: iso(NOON), error: 'gone', nextAttemptAt: null });
			const dead = () => db.call('list_dead_deliveries', { tenantId, after: null, limit: 10 });
			const order = { id, tenantId, actor: 'key_1', now: iso(NOON + MINUTE) };
			expect(await db.call('retry_delivery', order)).toEqual({ outcome: 'notDead' });
			await giveUp();

			expect(await dead()).toMatchObject([
				{ deliveryId: id, webhookId: `whk_${tenantId}`, type: 'notification.slack', error: 'gone' },
			]);
			expect(await db.call('retry_delivery', { ...order, tenantId: 'other' })).toEqual({
				outcome: 'unknown',
			});
			expect(await db.call('retry_delivery', order)).toEqual({ outcome: 'retried' });
			expect(await outbox(tenantId, NOON + MINUTE)).toMatchObject([{ id }]);
			await giveUp();
			expect(await db.call('delete_delivery', order)).toEqual({ outcome: 'deleted' });
			expect(await dead()).toEqual([]);
		});
	});
}
