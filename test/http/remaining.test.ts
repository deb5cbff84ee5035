import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { usageEvent } from '../support/rows.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { startTestService, type Api } from '../support/service.ts';

type SuiteApi = { api: Api; stop(): Promise<void> };

const inMemory = async (): Promise<SuiteApi> => {
	const api = await startTestService();
	return { api, stop: () => api.service.close() };
};
const onRedis = async (): Promise<SuiteApi> => {
	const replicas = await startTestReplicas(1);
	const [api] = replicas.apis;
	if (!api) throw new RangeError('there is one replica');
	return { api, stop: () => replicas.stop() };
};

describe('counters in memory', () => settlesWithRemaining(inMemory));
describeWith('Redis', hasRedis())('counters in Redis', () => {
	settlesWithRemaining(onRedis);

	const replicas = suiteServer<TestReplicas>(() => startTestReplicas(1));

	it('200: null when the counter store does not answer, and the usage is recorded', async () => {
		const [api] = replicas().apis;
		if (!api) throw new RangeError('there is one replica');
		await replicas().redis.kill();
		const { status, body } = await api.post(
			'/v1/reservations/rsv_none/settle?include=remaining',
			usageEvent({ subject: 'storeless' }),
		);

		expect(status).toBe(200);
		expect(body).toMatchObject({ outcome: 'deferred', costMicroCents: 9600, remaining: null });
	});
});

function settlesWithRemaining(start: () => Promise<SuiteApi>): void {
	const suite = suiteServer(start);
	const limit = (given: object) => suite().api.post('/v1/limits', { scope: 'tenant', ...given });
	const settle = async (tenantId: string, query: string, data: object = {}) => {
		const { body } = await suite().api.post('/v1/reservations', { tenantId, microCents: 10 });
		const path = `/v1/reservations/${String(body['reservationId'])}/settle${query}`;
		return suite().api.post(path, usageEvent({ subject: tenantId, data }));
	};

	it('200: tells what remains of each limit, the one with the least of it first', async () => {
		const tenantId = 'tight';
		const day = { tenantId, unit: 'microCents', window: 'day', timeZone: 'UTC' };
		await limit({ id: 'tight-day', ...day, capacity: 19_200 });
		await limit({ id: 'tight-1m', tenantId, unit: 'requests', window: '1m', capacity: 10 });
		await limit({ id: 'tight-now', tenantId, unit: 'concurrency', capacity: 3 });
		const { status, body } = await settle(tenantId, '?include=remaining');

		expect(status).toBe(200);
		expect(body).toMatchObject({ outcome: 'settled', costMicroCents: 9600 });
		const tenant = { scope: 'tenant', subject: tenantId, held: 0 };
		const resetsAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		expect(body['remaining']).toEqual([
			{
				...{ limitId: 'tight-day', ...tenant, unit: 'microCents', window: 'day', resetsAt },
				...{ capacity: 19_200, spent: 9600, remaining: 9600 },
			},
			{
				...{ limitId: 'tight-1m', ...tenant, unit: 'requests', window: '1m', resetsAt },
				...{ capacity: 10, spent: 1, remaining: 9 },
			},
			{
				...{ limitId: 'tight-now', ...tenant, unit: 'concurrency', window: 'now' },
				...{ capacity: 3, spent: 0, remaining: 3, resetsAt: null },
			},
		]);
	});

	it('200: tells of five limits at most, of none in shadow mode and of none on other calls', async () => {
		const tenantId = 'many';
		const minutes = ['1m', '2m', '3m', '4m', '5m', '6m'];
		for (const [index, window] of minutes.entries()) {
			const capacity = 10 * (index + 1);
			await limit({ id: `many-${window}`, tenantId, unit: 'requests', window, capacity });
		}
		await limit({
			id: 'many-shadow',
			tenantId,
			unit: 'tokens',
			window: '1h',
			capacity: 1,
			mode: 'shadow',
		});
		const other = { tenantId, scope: 'key', subject: 'key_2', unit: 'requests', window: '1h' };
		await limit({ id: 'many-key', ...other, capacity: 0 });
		const { body } = await settle(tenantId, '?include=remaining', { keyId: 'key_1' });

		expect(body['remaining']).toMatchObject(
			minutes.slice(0, 5).map((window) => ({ limitId: `many-${window}`, window })),
		);
	});

	it('200: a limit on what the call was made of is told with its value, and 0 when it is over', async () => {
		const key = { tenantId: 'spent', scope: 'key', unit: 'microCents', window: '1h' };
		await limit({ id: 'spent-key', ...key, capacity: 5000 });
		const { body } = await settle('spent', '?include=remaining', { keyId: 'key_1' });

		expect(body['remaining']).toMatchObject([
			{ limitId: 'spent-key', scope: 'key', subject: 'key_1', spent: 9600, remaining: 0 },
		]);
	});

	it('200: tells it again of what was settled before, and an empty list without limits', async () => {
		const event = usageEvent({ subject: 'unlimited' });
		const path = '/v1/reservations/rsv_lost/settle?include=remaining';
		await suite().api.post(path, event);

		expect((await suite().api.post(path, event)).body).toMatchObject({
			outcome: 'alreadySettled',
			remaining: [],
		});
	});

	it('200: says nothing of limits when it is not asked to', async () => {
		expect((await settle('silent', '')).body).not.toHaveProperty('remaining');
	});

	it('422: another include', async () => {
		const { status, body } = await settle('silent', '?include=everything');

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer: '/include' }]);
	});
}
