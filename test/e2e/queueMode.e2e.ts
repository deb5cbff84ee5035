import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { hasPostgres } from '../support/servers/postgresServer.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { deployWorkflow } from './harness/deployWorkflow.ts';
import { startAtGate } from './harness/gateWorkflow.ts';
import { agent, called, fuseModel, openAiModel, through } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { poll } from './harness/poll.ts';
import { startN8nQueue, type N8nQueue } from './harness/startN8nQueue.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

const missing = [
	...(hasRedis() ? [] : ['redis-server']),
	...(hasPostgres() ? [] : ['postgresql']),
].join(' and ');

export function queueModeIsMetered(stage: ModelStage): void {
	const skip = missing !== '' && `no ${missing} on this machine`;

	describe('n8n in queue mode, with a main and a worker', { skip }, () => {
		const { world, vendor, journal } = stage;
		const { service } = world;
		let queue: N8nQueue;
		let stop: () => Promise<void> = async () => undefined;
		let credentials: Awaited<ReturnType<ModelStage['credentialsIn']>>;

		before(async () => {
			queue = await startN8nQueue({
				folder: world.folder,
				nodesFolder: join(world.folder, 'n8n/.n8n/nodes'),
			});
			({ stop } = queue);
			credentials = await stage.credentialsIn(queue.n8n);
		});
		afterEach((context) => {
			if ('passed' in context && context.passed === false) process.stderr.write(queue.logs());
		});
		after(() => stop());

		/** Waits until the worker has been through with an execution so many times. */
		const ranOnWorker = (executionId: string, times: number) =>
			poll({ what: `the worker to finish execution ${executionId}` }, () => {
				const lines = queue.workerLog().split(`finished execution ${executionId} `);
				return lines.length > times ? true : undefined;
			});

		it('meters an agent that a webhook starts and the worker runs', async () => {
			const prompt = 'asked in queue mode';
			const usage = { prompt_tokens: 70, completion_tokens: 8 };
			vendor.on({ userMessage: new RegExp(prompt) }, { content: 'by the worker', usage });
			const steps = [
				called(),
				agent(),
				openAiModel(credentials),
				fuseModel({ ...credentials, tenantId: 'queue-mode' }),
			];
			const workflow = workflowOf('Agent on a worker', steps, [
				...inARow('Called', 'AI Agent'),
				...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
			]);
			const deployed = await deployWorkflow(queue.n8n, workflow);

			const answer = await (await deployed.call({ prompt })).json();

			assert.deepEqual(answer, { output: 'by the worker' });
			const execution = await deployed.ended();
			await ranOnWorker(execution.id, 1);
			assert.equal(journal.asksOf('queue-mode').length, 1);
			const { requests, tokens } = await stage.spendOf('queue-mode');
			assert.deepEqual([requests, tokens], [1, 78]);
			assert.equal(await stage.heldBy('queue-mode'), 0);
			const [run] = execution.runs('LLM Fuse Model');
			const shown = run?.data?.['ai_languageModel']?.[0]?.[0]?.json;
			assert.deepEqual([shown?.['tenant'], shown?.['costMicroCents']], ['queue-mode', 25_500]);
		});

		it('parks a Gate with no worker held, and goes on there when the main is told', async () => {
			const tenantId = 'queue-gate';
			await service.post('/v1/limits', {
				...{ tenantId, scope: 'tenant', unit: 'concurrency', capacity: 1 },
			});
			const place = await service.post<{ reservationId: string }>('/v1/reservations', {
				...{ tenantId, microCents: 10 },
			});
			const { fuseApi } = credentials;
			const there = { ...world, n8n: queue.n8n, credentials: { fuseApi } };
			const waiting = await startAtGate(there, { tenants: [tenantId] });
			await ranOnWorker(waiting.id, 1);

			await service.post(`/v1/reservations/${place.reservationId}/release`, {});

			const execution = await waiting.ended();
			await ranOnWorker(waiting.id, 2);
			assert.equal(execution.status, 'success');
			assert.equal(execution.items('Allowed').length, 1);
			assert.deepEqual(execution.runs('Rejected'), []);
			assert.equal((await stage.spendOf(tenantId)).tokens, 15);
			assert.equal(await stage.heldBy(tenantId), 0);
		});
	});
}
