import { connectRedis } from '../../anomaly-service/src/adapters/redis/connect.ts';
import { RedisCounters } from '../../anomaly-service/src/adapters/redis/redisCounters.ts';
import { poll } from '../e2e/harness/poll.ts';
import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { usageEvent } from '../support/rows.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { describeWith } from '../support/servers/suiteServers.ts';
import type { Api } from '../support/service.ts';

type Row = Record<string, unknown>;

const ELEVEN_DOLLARS = 1_100_000_000;

describeWith('Redis', hasRedis())('containment on two replicas', () => {
	let replicas: TestReplicas;
	let here: Api;
	let there: Api;
	beforeAll(async () => {
		replicas = await startTestReplicas(2);
		[here, there] = replicas.apis as [Api, Api];
	});
	afterAll(() => replicas.stop());

	const runAway = (api: Api, subject: string) =>
		api.post('/v1/usage', usageEvent({ subject, data: { costMicroCents: ELEVEN_DOLLARS } }));
	const breaker = async (api: Api, tenantId: string) =>
		(await api.get(`/v1/tenants/${tenantId}/state`)).body['breaker'] as Row;
	const incidents = async (tenantId: string) =>
		(await here.get(`/v1/incidents?tenantId=${tenantId}`)).body as unknown as Row[];
	const whenItIs = (what: string, holds: () => Promise<boolean>) =>
		poll({ what }, async () => ((await holds()) ? true : undefined));

	it('is on trial everywhere at once, and blocked again by a breach anywhere', async () => {
		await runAway(here, 'trial');
		await here.post('/v1/tenants/trial/unblock');
		await whenItIs('a trial on the other replica', async () => {
			return (await breaker(there, 'trial'))['state'] === 'halfOpen';
		});
		await runAway(there, 'trial');

		await whenItIs('a block on this replica', async () => {
			return (await breaker(here, 'trial'))['state'] === 'open';
		});
		expect(await incidents('trial')).toMatchObject([{ closedAt: null, openings: 2 }]);
	});

	it('counts the calls of a trial together', async () => {
		await runAway(here, 'counted');
		await here.post('/v1/tenants/counted/unblock');
		await whenItIs('a trial on the other replica', async () => {
			return (await breaker(there, 'counted'))['state'] === 'halfOpen';
		});
		const ask = async (api: Api) =>
			(await api.post('/v1/reservations', { tenantId: 'counted' })).body['decision'];
		const decisions: unknown[] = [];
		for (let asked = 0; asked < 4; asked++) decisions.push(await ask(here), await ask(there));

		expect(decisions.filter((decision) => decision === 'allow').length).toBeLessThanOrEqual(6);
		expect(decisions.slice(-2)).toEqual(['reject', 'reject']);
	});

	it('has a policy everywhere that was set anywhere', async () => {
		const policy = { steps: [], dryRun: true };
		await here.send('PUT', '/v1/tenants/anywhere/containment-policy', policy);

		await whenItIs('the policy on the other replica', async () => {
			const { body } = await there.get('/v1/tenants/anywhere/containment-policy');
			return body['dryRun'] === true;
		});
	});

	it('tells of a breaker whose replica died as it opened it, as the incident it was opened for', async () => {
		const client = await connectRedis(replicas.redis.url);
		const counters = new RedisCounters({ client, clock: undefined });
		const trip = { tenantId: 'orphan', incidentId: 'inc_orphan', now: Date.now() };
		expect(await counters.tripBreaker(trip)).toBe(true);
		await Promise.all([runAway(here, 'orphan'), runAway(there, 'orphan')]);

		await whenItIs('its incident', async () => (await incidents('orphan')).length > 0);
		expect(await incidents('orphan')).toMatchObject([
			{ incidentId: 'inc_orphan', closedAt: null, openings: 1, actions: [{ action: 'block' }] },
		]);
		await counters.close();
	});
});
