import type { Broadcast, Received } from '../../../anomaly-service/src/ports/broadcast.ts';
import { NotificationSweep } from '../../../anomaly-service/src/stages/notificationSweep.ts';
import type { Sighting } from '../../../anomaly-service/src/stages/alertBook.ts';
import type { Severity } from '../../../core/alert.ts';
import { iso, NOON, sharedDatabase, tenantNames } from '../../contract/databaseBench.ts';
import { alertingOn } from '../../support/alerting.ts';
import { openMemoryDatabase } from '../../support/servers/migratedPglite.ts';

const MINUTE = 60_000;
const database = sharedDatabase(openMemoryDatabase);
const newTenant = tenantNames();

function sighting(tenantId: string, changes: Partial<Sighting> = {}): Sighting {
	return {
		...{ tenantId, rule: 'errorRate', part: '', severity: 'high', ends: 'quiet', strength: 1 },
		...{ at: NOON, alertText: '{"spend_velocity_per_min":1.00,"faulty_endpoint":"api.x.com"}' },
		evidence: async () => ({}),
		...changes,
	};
}

const listed = (tenantId: string) => database.call('list_alerts', { tenantId, limit: 500 });

/** Replicas that hear one another. */
function replicas(count: number) {
	const handlers: ((received: Received) => void)[][] = [];
	return Array.from({ length: count }, (_, self) => {
		handlers[self] = [];
		const broadcast: Broadcast = {
			self: String(self),
			publish: async (message) => {
				for (const [index, own] of handlers.entries()) {
					if (index !== self) for (const hear of own) hear({ from: String(self), message });
				}
			},
			listen: (handler) => void handlers[self]?.push(handler),
			onGap: () => undefined,
			close: async () => undefined,
		};
		return alertingOn(database, broadcast);
	});
}

describe('alerts of one rule and several severities', () => {
	it('a worse finding is told at once; milder ones are no news while it lasts', async () => {
		const tenantId = newTenant();
		const { book } = alertingOn(database);
		const told = async (minute: number, severity: Severity) =>
			book.observe(sighting(tenantId, { at: NOON + minute * MINUTE, severity }));

		expect(await told(0, 'warning')).toBe(true);
		expect(await told(1, 'critical')).toBe(true);
		expect(await told(2, 'high')).toBe(false);
		expect(await told(17, 'high')).toBe(true);
		const severities = (await listed(tenantId)).map(({ severity }) => severity).sort();
		expect(severities).toEqual(['critical', 'high', 'warning']);
	});

	it('a worse one is told although the milder one is taken care of', async () => {
		const tenantId = newTenant();
		const { book } = alertingOn(database);
		await book.observe(sighting(tenantId));
		const [alert] = await listed(tenantId);
		await database.call('acknowledge_alert', {
			...{ id: alert?.alertId ?? '', tenantId, actor: 'key_1', name: 'Ada', now: iso(NOON) },
		});
		await book.load(NOON);

		expect(await book.observe(sighting(tenantId, { at: NOON + 1, strength: 99 }))).toBe(false);
		expect(await book.observe(sighting(tenantId, { at: NOON + 1, severity: 'critical' }))).toBe(
			true,
		);
	});
});

describe('two replicas', () => {
	it('tell of one alert once, whoever sees it, and when', async () => {
		const tenantId = newTenant();
		const [a, b] = replicas(2);
		const see = (at: number, strength = 1) =>
			Promise.all(
				[a, b].map(async (replica) => replica?.book.observe(sighting(tenantId, { at, strength }))),
			);

		expect((await see(NOON)).filter(Boolean)).toHaveLength(1);
		expect(await see(NOON + MINUTE)).toEqual([false, false]);
		expect((await see(NOON + 15 * MINUTE, 2)).filter(Boolean)).toHaveLength(1);
		expect(await listed(tenantId)).toMatchObject([{ sequence: 2, strength: 2 }]);
	});

	it('one of which starts again goes on where the other was', async () => {
		const tenantId = newTenant();
		await alertingOn(database).book.observe(sighting(tenantId));
		const { book } = alertingOn(database);
		await book.load(NOON + MINUTE);

		expect(await book.observe(sighting(tenantId, { at: NOON + MINUTE }))).toBe(false);
		expect(await book.observe(sighting(tenantId, { at: NOON + 15 * MINUTE, strength: 2 }))).toBe(
			true,
		);
		expect(await listed(tenantId)).toHaveLength(1);
	});
});

it('a tenant that was let go starts afresh', async () => {
	const tenantId = newTenant();
	const { book } = alertingOn(database);
	await book.observe(sighting(tenantId));
	await database.call('set_breaker', {
		...{ tenantId, breaker: { state: 'closed' }, now: iso(NOON + MINUTE) },
		audit: { actor: 'key_1', event: 'breaker.closed', detail: {} },
	});
	await book.load(NOON + MINUTE);

	expect(await book.observe(sighting(tenantId, { at: NOON + 2 * MINUTE }))).toBe(true);
	expect(await listed(tenantId)).toMatchObject([{ state: 'firing' }, { state: 'resolved' }]);
});

it('an outage that hits 200 tenants is six messages, and the last says of how many it is', async () => {
	const parts = alertingOn(database);
	await parts.routing.put([{ channels: ['slack'] }], { actor: 'key_1', now: NOON });
	const tenants = Array.from({ length: 200 }, (_, index) => `outage-${index}`);
	const rule = 'latencyP95';
	for (const [index, tenantId] of tenants.entries()) {
		await parts.book.observe(sighting(tenantId, { rule, at: NOON + index, groups: true }));
	}
	const sweep = new NotificationSweep({
		...{ book: parts.book, database, serviceAlerts: parts.serviceAlerts },
		outboxChanged: () => undefined,
	});
	await sweep.run(NOON + 5000);
	await sweep.run(NOON + 12_000);
	await sweep.run(NOON + 14_000);

	const all = await database.call('list_notifications', {
		...{ tenantId: null, subjectId: null, state: null, after: null, limit: 1000 },
	});
	const told = all.filter((one) => one.rule === rule);
	expect(told).toHaveLength(6);
	const [summary] = await listed('llm-fuse');
	expect(summary).toMatchObject({ rule, evidence: { tenantCount: 195 } });
	expect(summary?.alertText).toMatch(/"tenant_id":"llm-fuse","spend_velocity_per_min":195.00,/);
	expect(summary?.evidence['tenants']).toHaveLength(100);

	// When the last of them ended, so does the alert about all of them.
	for (const minutes of [17, 40]) await sweep.run(NOON + minutes * MINUTE);
	expect((await listed('llm-fuse'))[0]?.state).toBe('resolved');
});
