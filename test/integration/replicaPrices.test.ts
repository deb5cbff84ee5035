import { poll } from '../e2e/harness/poll.ts';
import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { usageEvent } from '../support/rows.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import type { Api } from '../support/service.ts';

/** What a lost broadcast is made good within. */
const READ_AGAIN_MS = 5000;

describeWith('Redis', hasRedis())('replicas with one price book', () => {
	const replicas = suiteServer<TestReplicas>(() => startTestReplicas(2));
	const at = (index: number): Api => {
		const api = replicas().apis[index];
		if (!api) throw new RangeError('there are two replicas');
		return api;
	};
	const lookup = async (index: number, model: string) =>
		(await at(index).get(`/v1/prices/lookup?provider=openai&model=${model}`)).body;
	const until = (what: string, check: () => Promise<boolean>) =>
		poll({ what, timeoutMs: READ_AGAIN_MS }, async () => ((await check()) ? true : undefined));

	it('use a price that was set on another one, and forget it when it is deleted there', async () => {
		const rates = [{ unit: 'output', rate: 7 }];
		await at(0).send('PUT', '/v1/prices/openai/shared-model', { rates });

		await until('the other one to know it', async () => {
			return (await lookup(1, 'shared-model'))['source'] === 'operator';
		});
		await at(1).send('DELETE', '/v1/prices/openai/shared-model');
		await until('the first one to forget it', async () => {
			return (await lookup(0, 'shared-model'))['found'] === false;
		});
	});

	it('refuse what a ceiling set on another one refuses', async () => {
		await at(0).send('PUT', '/v1/prices/ceilings/groq', { unknownPrice: 'refuse' });
		const call = { tenantId: 'acme', provider: 'groq', model: 'never heard of' };

		await until('the other one to refuse', async () => {
			const { body } = await at(1).post('/v1/reservations', call);
			return body['decision'] === 'reject';
		});
	});

	it('tell of a model without a price once, whichever of them recorded it', async () => {
		const data = { provider: 'groq', model: 'told once' };
		for (const index of [0, 1, 0]) await at(index).post('/v1/usage', usageEvent({ data }));
		const alerts = (await at(0).get('/v1/alerts')).body as unknown as Record<string, unknown>[];

		expect(alerts).toMatchObject([{ rule: 'price.unknown', evidence: data }]);
	});
});
