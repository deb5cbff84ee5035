import type { Breaker } from '../../core/breaker.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { DatabaseFunctions } from '../../anomaly-service/src/ports/databaseFunctions.ts';

import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** Incidents, alerts and the outbox, through any transport of the SQL functions. */
export function incidentContract(name: string, open: () => Promise<Database>): void {
	describe(`incidents through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const incident = (
			tenantId: string,
			id: string,
		): DatabaseFunctions['open_incident']['args'] => ({
			incident: {
				id,
				tenantId,
				rule: 'spendCap',
				severity: 'critical',
				openedAt: iso(NOON),
				evidence: { spentUsdInLastMinute: '12.00' },
				alertText: '{"x":1.50}',
				breaker: { state: 'open', incidentId: id, openedAt: NOON },
			},
			event: { eventId: id, type: 'breaker.opened', tenantId, body: '{}' },
		});
		const subscribe = async (tenantId: string) => {
			const id = `whk_${tenantId}`;
			await db.call('create_webhook', {
				webhook: { id, url: 'http://127.0.0.1:1/', events: ['breaker.opened'], tenantId },
				actor: 'test',
				now: iso(NOON),
			});
			return id;
		};
		const claim = (now: number) =>
			db.call('claim_deliveries', { now: iso(now), leaseMs: 1000, limit: 100 });

		it('opens one incident per tenant and puts one message per subscription into the outbox', async () => {
			const tenantId = newTenant();
			const webhookId = await subscribe(tenantId);

			expect(await db.call('open_incident', incident(tenantId, `${tenantId}-1`))).toEqual({
				opened: true,
				incidentId: `${tenantId}-1`,
			});
			expect(await db.call('open_incident', incident(tenantId, `${tenantId}-2`))).toMatchObject({
				...{ opened: false, incidentId: `${tenantId}-1` },
				existing: { breakerState: 'open', openings: 1 },
			});
			const claimed = (await claim(NOON)).filter((delivery) => delivery.webhookId === webhookId);
			expect(claimed).toMatchObject([{ body: '{}', attempts: 1 }]);
		});

		it('keeps the alert of an incident byte for byte', async () => {
			const tenantId = newTenant();
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));

			const document = await db.call('incident_document', { id: `${tenantId}-1` });
			expect(document?.alertText).toBe('{"x":1.50}');
		});

		it('ends the incident when the breaker is closed, so that the next runaway is a new one', async () => {
			const tenantId = newTenant();
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));
			const closed = await db.call('set_breaker', {
				tenantId,
				breaker: { state: 'closed' },
				audit: { actor: 'test', event: 'breaker.closed', detail: {} },
				now: iso(NOON + 1000),
			});

			expect(closed).toEqual({ closedIncidentId: `${tenantId}-1` });
			const again = await db.call('open_incident', incident(tenantId, `${tenantId}-2`));
			expect(again.opened).toBe(true);
		});

		it('tells subscribers when an incident ends, also one that was blocked by hand meanwhile', async () => {
			const tenantId = newTenant();
			const id = `whk_${tenantId}`;
			const webhook = { id, url: 'http://127.0.0.1:1/', events: ['breaker.closed'], tenantId };
			await db.call('create_webhook', { webhook, actor: 'test', now: iso(NOON) });
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));
			const set = (breaker: Breaker) =>
				db.call('set_breaker', {
					tenantId,
					breaker,
					audit: { actor: 'key_1', event: 'x', detail: {} },
					now: iso(NOON + 1000),
				});
			await set({ state: 'isolated', since: NOON, until: null, reason: '' });
			await set({ state: 'closed' });

			const [message] = (await claim(NOON + 1000)).filter((delivery) => delivery.webhookId === id);
			expect(JSON.parse(message?.body ?? '')).toEqual({
				type: 'breaker.closed',
				timestamp: iso(NOON + 1000),
				data: { incidentId: `${tenantId}-1`, tenantId, actor: 'key_1' },
			});
		});

		it('opens a new incident when a block by hand had run out', async () => {
			const tenantId = newTenant();
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));
			await db.call('set_breaker', {
				tenantId,
				breaker: { state: 'isolated', since: NOON, until: NOON + 1, reason: '' },
				audit: { actor: 'test', event: 'breaker.isolated', detail: {} },
				now: iso(NOON),
			});

			expect(await db.call('open_incident', incident(tenantId, `${tenantId}-2`))).toEqual({
				opened: true,
				incidentId: `${tenantId}-2`,
			});
			const before = await db.call('incident_document', { id: `${tenantId}-1` });
			expect(before?.closedAt).not.toBeNull();
		});

		it('keeps what is read and removes what is not', async () => {
			const pruned = await db.call('prune', { now: iso(NOON) });

			expect(pruned.removed).toBeGreaterThanOrEqual(0);
		});

		it('replaces a repeated report of the same action, keeping what an undo needs', async () => {
			const tenantId = newTenant();
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));
			const report = (outcome: string, restore?: Record<string, unknown>) =>
				db.call('report_action', {
					incidentId: `${tenantId}-1`,
					tenantId: null,
					action: { action: 'revokeKey', vendor: 'postgres', targetId: 'key_1', outcome, restore },
					actor: 'test',
					now: iso(NOON),
				});

			expect(await report('applied', { role: 'member' })).toEqual({ found: true, created: true });
			expect(await report('already')).toEqual({ found: true, created: false });
			const document = await db.call('incident_document', { id: `${tenantId}-1` });
			expect(document?.actions).toMatchObject([
				{ outcome: 'already', restore: { role: 'member' } },
			]);
		});

		it('does not take a report for an incident that does not exist or is another tenant’s', async () => {
			const tenantId = newTenant();
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));
			const report = (incidentId: string, boundTo: string | null) =>
				db.call('report_action', {
					incidentId,
					tenantId: boundTo,
					action: { action: 'notify', vendor: 'slack', targetId: 'C1', outcome: 'applied' },
					actor: 'test',
					now: iso(NOON),
				});

			expect((await report('inc_none', null)).found).toBe(false);
			expect((await report(`${tenantId}-1`, 'somebody-else')).found).toBe(false);
		});

		it('hands a message to one worker at a time, and again when its lease ran out', async () => {
			const tenantId = newTenant();
			const webhookId = await subscribe(tenantId);
			const later = NOON + 10_000_000;
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));
			const mine = async (now: number) =>
				(await claim(now)).filter((delivery) => delivery.webhookId === webhookId);

			expect(await mine(later)).toHaveLength(1);
			expect(await mine(later + 999)).toHaveLength(0);
			const [again] = await mine(later + 1000);
			expect(again?.attempts).toBe(2);

			await db.call('finish_delivery', {
				id: again?.id ?? '',
				now: iso(later),
				error: null,
				nextAttemptAt: null,
			});
			expect(await mine(later + 100_000)).toHaveLength(0);
		});

		it('keeps a message that was given up as a dead letter', async () => {
			const tenantId = newTenant();
			const webhookId = await subscribe(tenantId);
			const later = NOON + 20_000_000;
			await db.call('open_incident', incident(tenantId, `${tenantId}-1`));
			const [delivery] = (await claim(later)).filter((claimed) => claimed.webhookId === webhookId);
			await db.call('finish_delivery', {
				id: delivery?.id ?? '',
				now: iso(later),
				error: 'HTTP 410',
				nextAttemptAt: null,
			});

			expect((await db.call('outbox_summary', {})).dead).toBeGreaterThanOrEqual(1);
		});

		it('forgets the alerts of a tenant that was let go since', async () => {
			const tenantId = newTenant();
			const alert = {
				...{ tenantId, rule: 'spikeRatio', openedAt: iso(NOON), sequence: 1 },
				...{ severity: 'warning' as const, strength: 1, notifiedAt: iso(NOON) },
				...{ evidence: {}, alertText: '{}' },
			};
			const event = {
				eventId: `${tenantId}-alert`,
				type: 'spend.anomaly.detected',
				tenantId,
				body: '{}',
			};
			await db.call('raise_alert', { alert: { ...alert, ends: 'quiet' }, event });
			await db.call('set_breaker', {
				tenantId,
				breaker: { state: 'closed' },
				audit: { actor: 'test', event: 'breaker.closed', detail: {} },
				now: iso(NOON + 1),
			});

			const known = await db.call('load_alerts', { since: null, ended: iso(NOON) });
			expect(known.filter((one) => one.tenantId === tenantId)).toEqual([]);
		});
	});
}
