import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import { agent, called, fuseModel, openAiModel, through } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

/** What the vendor asks for, in seconds; far more than the backoff set below would wait. */
const RETRY_AFTER_SECONDS = 2;
const backoff = { retry: { policy: { initialDelayMs: 10, maxAttempts: 3 } } };

export function callsAreRetried(stage: ModelStage): void {
	const { vendor, journal, fuseApi, openAiApi } = stage;

	const run = async (tenantId: string, prompt: string) => {
		const steps = [
			called(),
			agent({ onError: 'continueErrorOutput' }),
			// n8n's own default is two retries, below the meter.
			openAiModel({ openAiApi, options: { maxRetries: 2 } }),
			fuseModel({ fuseApi, tenantId, options: backoff }),
		];
		const workflow = workflowOf(`Retry of ${tenantId}`, steps, [
			...inARow('Called', 'AI Agent'),
			...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
		]);
		const deployed = await stage.deploy(workflow);
		await deployed.call({ prompt });
		return deployed.ended();
	};

	describe('a model call that the vendor has no room for', () => {
		const PROMPT = 'asked when the vendor is busy';
		const TENANT = 'busy-vendor';
		let execution: WorkflowExecution;

		before(async () => {
			const userMessage = new RegExp(PROMPT);
			const error = { message: 'Rate limit reached', type: 'rate_limit_exceeded' };
			vendor.on(
				{ userMessage, sequenceIndex: 0 },
				{ error, status: 429, retryAfter: RETRY_AFTER_SECONDS },
			);
			vendor.on(
				{ userMessage },
				{ content: 'at last', usage: { prompt_tokens: 21, completion_tokens: 3 } },
			);
			execution = await run(TENANT, PROMPT);
		});

		it('is made again when the vendor said, and gives one answer', () => {
			const [refused, answered, ...more] = vendor.callsAbout(PROMPT);

			assert.deepEqual(execution.items('AI Agent'), [{ output: 'at last' }]);
			assert.deepEqual([refused?.status, answered?.status], [429, 200]);
			assert.deepEqual(more, []);
			const waitedMs = (answered?.receivedAt ?? 0) - (refused?.receivedAt ?? 0);
			// The vendor's journal has whole milliseconds.
			assert.ok(waitedMs >= RETRY_AFTER_SECONDS * 1000 - 1, `${waitedMs} ms`);
		});

		it('is asked for each time, and charged once', async () => {
			assert.deepEqual(
				journal.asksOf(TENANT).map(({ decision }) => decision),
				['allow', 'allow'],
			);
			// What failed is told too: the service watches how often a vendor fails.
			assert.deepEqual(
				journal.settlementsOf(TENANT).map(({ statusCode, usage }) => [statusCode, usage['output']]),
				[
					[429, 0],
					[200, 3],
				],
			);
			assert.equal((await stage.spendOf(TENANT)).tokens, 24);
			assert.equal(await stage.heldBy(TENANT), 0);
		});
	});

	describe('a model call that the vendor does not understand', () => {
		const PROMPT = 'asked in a way no vendor understands';
		const TENANT = 'bad-request';

		it('is not made again, and comes out of the error output', async () => {
			const error = { message: 'Invalid value', type: 'invalid_request_error' };
			vendor.on({ userMessage: new RegExp(PROMPT) }, { error, status: 400 });

			const execution = await run(TENANT, PROMPT);

			assert.match(
				String(execution.items('AI Agent', 1)[0]?.['error']),
				/Invalid value|Bad request/i,
			);
			assert.deepEqual(
				vendor.callsAbout(PROMPT).map(({ status }) => status),
				[400],
			);
			assert.equal(journal.asksOf(TENANT).length, 1);
			assert.deepEqual(
				journal.settlementsOf(TENANT).map(({ statusCode }) => statusCode),
				[400],
			);
			assert.equal((await stage.spendOf(TENANT)).microCents, 0);
			assert.equal(await stage.heldBy(TENANT), 0);
		});
	});
}
