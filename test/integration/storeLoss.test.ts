import { poll } from '../e2e/harness/poll.ts';
import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { usageEvent } from '../support/rows.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import type { Api } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

describeWith('Redis', hasRedis())('a counter store that is lost', () => {
	const replicas = suiteServer<TestReplicas>(() => startTestReplicas(2));
	let receiver: WebhookReceiver;
	beforeAll(async () => {
		receiver = await startWebhookReceiver();
		const events = ['service.degraded', 'service.recovered'];
		await api().post('/v1/webhooks', { url: receiver.url, events });
	});
	afterAll(() => receiver.close());
	afterEach(async () => {
		replicas().redis.resume();
		await replicas().redis.restart();
		await ready();
	});

	const api = (index = 0): Api => {
		const found = replicas().apis[index];
		if (!found) throw new RangeError('there are two replicas');
		return found;
	};
	const ask = async (tenantId: string, given: object = {}, index = 0) =>
		(await api(index).post('/v1/reservations', { tenantId, microCents: 10, ...given })).body;
	const budget = (tenantId: string, capacity: number, given: object = {}) =>
		api().post('/v1/limits', {
			...{ tenantId, scope: 'tenant', unit: 'microCents', window: 'day', capacity },
			...given,
		});
	const spend = (tenantId: string, costMicroCents: number, data: object = {}) =>
		api().post('/v1/usage', usageEvent({ subject: tenantId, data: { costMicroCents, ...data } }));
	const standing = async (tenantId: string) => {
		const { body } = await api().get(`/v1/tenants/${tenantId}/limits`);
		const [limit] = body as unknown as { spent: number; held: number }[];
		return { spent: limit?.spent, held: limit?.held };
	};
	const statusOf = async (index: number) => (await api(index).get('/readyz')).body['status'];
	const both = (status: string) =>
		poll({ what: `both replicas to be ${status}`, timeoutMs: 10_000 }, async () => {
			const all = [await statusOf(0), await statusOf(1)];
			return all.every((one) => one === status) ? true : undefined;
		});
	/** The first one to notice a loss is refused; from then on the replicas look for the store themselves. */
	const ready = async () => {
		await poll({ what: 'both replicas to count again', timeoutMs: 10_000 }, async () => {
			const answers = await Promise.all([0, 1].map((i) => api(i).get('/v1/tenants/any/limits')));
			return answers.every(({ status }) => status === 200) ? true : undefined;
		});
		await both('ready');
	};

	it('refuses what fails closed and lets through what fails open', async () => {
		await budget('closed', 100);
		await budget('open', 100, { whenStoreDown: 'open' });
		await ask('closed');
		await replicas().redis.kill();

		expect(await ask('closed')).toMatchObject({
			decision: 'reject',
			reasons: [{ code: 'storeUnavailable' }],
		});
		expect(await ask('open')).toMatchObject({
			decision: 'allow',
			degraded: true,
			heldMicroCents: 0,
		});
	});

	it('goes on refusing who is blocked', async () => {
		await api().post('/v1/tenants/blocked/block', { reason: 'by hand' });
		await replicas().redis.kill();

		expect(await ask('blocked', {}, 1)).toMatchObject({ reasons: [{ code: 'breakerOpen' }] });
	});

	it('stops a runaway all the same, and it stays stopped when the store is back', async () => {
		await replicas().redis.kill();
		await spend('runner', 1_100_000_000);
		expect(await ask('runner')).toMatchObject({ reasons: [{ code: 'breakerOpen' }] });

		await replicas().redis.restart();
		await ready();
		expect(await ask('runner')).toMatchObject({ reasons: [{ code: 'breakerOpen' }] });
		expect(await ask('runner', {}, 1)).toMatchObject({ reasons: [{ code: 'breakerOpen' }] });
	});

	it('is back as it was: what was spent from the database, what is held from the replicas', async () => {
		await budget('rebuilt', 100);
		await spend('rebuilt', 35);
		const held = await ask('rebuilt', {}, 0);
		await ask('rebuilt', {}, 1);
		expect(await standing('rebuilt')).toEqual({ spent: 35, held: 20 });

		await replicas().redis.restart();
		await ready();
		expect(await standing('rebuilt')).toEqual({ spent: 35, held: 20 });
		expect((await ask('rebuilt', { microCents: 46 }))['decision']).toBe('reject');

		const path = `/v1/reservations/${String(held['reservationId'])}/settle`;
		const event = usageEvent({ subject: 'rebuilt', data: { costMicroCents: 7 } });
		expect((await api(1).post(path, event)).body).toMatchObject({ outcome: 'settled' });
		expect(await standing('rebuilt')).toEqual({ spent: 42, held: 10 });
	});

	it('counts what was used while it was away, and holds nothing for ever', async () => {
		await budget('meanwhile', 100);
		const { reservationId } = await ask('meanwhile');
		replicas().redis.pause();
		const settled = await api().post(
			`/v1/reservations/${String(reservationId)}/settle`,
			usageEvent({ subject: 'meanwhile', data: { costMicroCents: 6 } }),
		);
		expect(settled.body).toMatchObject({ outcome: 'deferred', costMicroCents: 6 });
		await spend('meanwhile', 20);

		replicas().redis.resume();
		await ready();
		expect(await standing('meanwhile')).toEqual({ spent: 26, held: 0 });
	});

	it('is not waited for: a store that hangs costs one time limit, not one for each call', async () => {
		await budget('slow', 100);
		replicas().redis.pause();
		await ask('slow');
		const started = performance.now();
		for (let i = 0; i < 10; i++) await ask('slow');

		expect(performance.now() - started).toBeLessThan(500);
	});

	it('is told to people, once, and so is its return', async () => {
		receiver.received.length = 0;
		await replicas().redis.kill();
		await both('degraded');
		const [message] = await receiver.waitFor(1);
		const metrics = String((await api().get('/metrics')).body['text']);
		expect(metrics).toContain('llm_fuse_store_down 1');

		await replicas().redis.restart();
		await receiver.waitFor(2);
		const types = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
		expect(types).toEqual(['service.degraded', 'service.recovered']);
		expect(JSON.parse(message?.body ?? '{}')).toMatchObject({
			data: { alert: { tenant_id: 'llm-fuse', faulty_endpoint: 'counter-store' } },
		});
	});
});
