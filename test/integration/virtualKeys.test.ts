import { poll } from '../e2e/harness/poll.ts';
import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import type { Answer, Api } from '../support/service.ts';

/** What the lost broadcast is made good within. */
const READ_AGAIN_MS = 5000;
/** Less than replicas take to read again by themselves: only the broadcast can have told them. */
const BY_BROADCAST_MS = 3000;

describeWith('Redis', hasRedis())('virtual keys of several replicas', () => {
	const replicas = suiteServer<TestReplicas>(() => startTestReplicas(2));
	const [A, B] = [0, 1];
	const at = (index: number): Api => {
		const api = replicas().apis[index];
		if (!api) throw new RangeError('there are two replicas');
		return api;
	};
	const issue = async (tenantId: string) => {
		const { body } = await at(A).post(`/v1/tenants/${tenantId}/keys`);
		return { key: String(body['key']), keyId: String(body['keyId']) };
	};
	const ask = (index: number, tenantId: string, key: string): Promise<Answer> =>
		at(index).post('/v1/reservations', { tenantId, microCents: 1 }, { key });
	const until = (status: number, timeoutMs: number, asked: () => Promise<Answer>) =>
		poll({ what: `an answer of ${status}`, timeoutMs }, async () => {
			const answer = await asked();
			return answer.status === status ? answer : undefined;
		});

	it('ask for their tenant at every replica, whichever issued them', async () => {
		const { key } = await issue('acme');

		for (const index of [A, B]) {
			expect((await ask(index, 'acme', key)).body).toMatchObject({ decision: 'allow' });
		}
	});

	it('are refused at once where they were revoked, and by word of that at the others', async () => {
		const [one, other] = [await issue('runner'), await issue('runner')];
		for (const { key } of [one, other]) await ask(B, 'runner', key);
		const revoked = await at(A).post('/v1/tenants/runner/keys/revoke', { incidentId: 'inc_1' });

		expect((revoked.body['keyIds'] as string[]).toSorted()).toEqual(
			[one.keyId, other.keyId].toSorted(),
		);
		expect(await ask(A, 'runner', one.key)).toMatchObject({ status: 401 });
		await until(401, BY_BROADCAST_MS, () => ask(B, 'runner', one.key));
		// One word for all of them, and none of them comes back.
		for (let n = 0; n < 10; n++) {
			const { key } = n % 2 === 0 ? one : other;
			expect(await ask(B, 'runner', key)).toMatchObject({
				...{ status: 401, body: { detail: expect.stringContaining('inc_1') } },
			});
		}

		await at(B).post('/v1/tenants/runner/keys/restore', { incidentId: 'inc_1' });
		expect((await ask(B, 'runner', one.key)).status).toBe(200);
		await until(200, BY_BROADCAST_MS, () => ask(A, 'runner', one.key));
	});

	it('are refused when the word was lost, as soon as replicas read again', async () => {
		const { key, keyId } = await issue('lost');
		await ask(B, 'lost', key);
		await replicas().redis.silence(async () => {
			await at(A).post(`/v1/tenants/lost/keys/${keyId}/revoke`);
			await until(401, READ_AGAIN_MS, () => ask(B, 'lost', key));
		});
	});
});
