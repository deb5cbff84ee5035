import { poll } from '../e2e/harness/poll.ts';
import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { usageEvent } from '../support/rows.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import type { Api } from '../support/service.ts';

const ELEVEN_DOLLARS = 1_100_000_000;
/** What the lost broadcast is made good within. */
const READ_AGAIN_MS = 5000;

describeWith('Redis', hasRedis())('several replicas on one Redis and one Postgres', () => {
	const replicas = suiteServer<TestReplicas>(() => startTestReplicas(2));
	const [A, B] = [0, 1];
	const at = (index: number): Api => {
		const api = replicas().apis[index];
		if (!api) throw new RangeError('there are two replicas');
		return api;
	};
	const ask = async (index: number, tenantId: string, given = {}) =>
		(await at(index).post('/v1/reservations', { tenantId, microCents: 10, ...given })).body;
	const limit = (index: number, given: object) => at(index).post('/v1/limits', given);
	const until = (what: string, check: () => Promise<boolean>, timeoutMs = READ_AGAIN_MS) =>
		poll({ what, timeoutMs }, async () => ((await check()) ? true : undefined));

	it('share every limit: what one admits the other counts', async () => {
		await limit(A, {
			tenantId: 'shared',
			scope: 'tenant',
			unit: 'requests',
			window: '1h',
			capacity: 10,
		});
		await until('both know the limit', async () => {
			const { body } = await at(B).get('/v1/limits?tenantId=shared');
			return Array.isArray(body) && body.length === 1;
		});
		const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(i % 2, 'shared')));

		expect(answers.filter(({ decision }) => decision === 'allow')).toHaveLength(10);
	});

	it('settle what another one held', async () => {
		const { reservationId } = await ask(A, 'settled-elsewhere');
		const event = usageEvent({ subject: 'settled-elsewhere', data: { costMicroCents: 4 } });
		const { body } = await at(B).post(`/v1/reservations/${String(reservationId)}/settle`, event);
		const again = await at(A).post(`/v1/reservations/${String(reservationId)}/settle`, event);

		expect(body).toMatchObject({ outcome: 'settled', costMicroCents: 4 });
		expect(again.body).toMatchObject({ outcome: 'alreadySettled', costMicroCents: 4 });
	});

	it('refuse a tenant everywhere within 50 ms of its breaker opening', async () => {
		// A stall of the machine delays one of them, a lost broadcast all.
		const delaysMs: number[] = [];
		for (const tenantId of ['runner', 'runner-2', 'runner-3', 'runner-4']) {
			await ask(B, tenantId);
			await at(A).post(
				'/v1/usage',
				usageEvent({ id: tenantId, subject: tenantId, data: { costMicroCents: ELEVEN_DOLLARS } }),
			);
			const opened = performance.now();
			await until(
				'the other replica to refuse',
				async () => (await ask(B, tenantId))['decision'] === 'reject',
			);
			delaysMs.push(performance.now() - opened);
		}

		expect(Math.min(...delaysMs)).toBeLessThan(50);
		await at(B).post('/v1/tenants/runner/unblock');
		expect(await ask(A, 'runner')).toMatchObject({ decision: 'allow' });
		expect(await ask(B, 'runner')).toMatchObject({ decision: 'allow' });
	});

	it('see a spend spread over all of them as one', async () => {
		const spend = (index: number) =>
			at(index).post(
				'/v1/usage',
				usageEvent({ subject: 'spread', data: { costMicroCents: 600_000_000 } }),
			);
		await spend(A);
		await until('the other one to hear of it', async () => {
			await spend(B);
			return (await ask(A, 'spread'))['decision'] === 'reject';
		});

		expect(await ask(B, 'spread')).toMatchObject({ reasons: [{ code: 'breakerOpen' }] });
	});

	it('take a new service key at once, and refuse a revoked one', async () => {
		const { body } = await at(A).post('/v1/service-keys', { name: 'new', role: 'read' });
		const key = String(body['key']);
		const who = async () => (await at(B).send('GET', '/v1/whoami', undefined, { key })).status;
		await until('the key to be known', async () => (await who()) === 200, 500);

		await at(A).send('DELETE', `/v1/service-keys/${String(body['keyId'])}`);
		await until('the key to be refused', async () => (await who()) === 401, 500);
	});

	it('learn within 5 s what a lost broadcast did not tell them', async () => {
		await limit(A, {
			tenantId: 'lost',
			scope: 'tenant',
			unit: 'requests',
			window: '1h',
			capacity: 5,
		});
		await replicas().redis.silence(async () => {
			await limit(A, {
				tenantId: 'lost',
				scope: 'tenant',
				unit: 'tokens',
				window: '1h',
				capacity: 5,
			});
			await at(A).post('/v1/tenants/lost/block', { reason: 'by hand' });
			await until('the limit to be known', async () => {
				const { body } = await at(B).get('/v1/limits?tenantId=lost');
				return Array.isArray(body) && body.length === 2;
			});
			await until('the block to be known', async () => {
				const { body } = await at(B).get('/v1/tenants/lost/state');
				return JSON.stringify(body['breaker']).includes('isolated');
			});
		});
	});
});
