import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { MICRO_CENTS_PER_USD } from '../../core/money.ts';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import { agent, called, fuseModel, openAiModel, through } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { readStream, type StreamedChunk } from './harness/readStream.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

const usage = { prompt_tokens: 10, completion_tokens: 2 };

export function rejectionStopsTheCall(stage: ModelStage): void {
	const { world, vendor, journal, fuseApi, openAiApi } = stage;
	const { service } = world;
	const block = (tenantId: string) =>
		service.post(`/v1/tenants/${tenantId}/block`, { reason: 'key leaked' });

	describe('an agent whose tenant is blocked', () => {
		const PROMPT = 'asked by somebody who is blocked';
		let execution: WorkflowExecution;

		before(async () => {
			vendor.on({ userMessage: new RegExp(PROMPT) }, { content: 'never said', usage });
			await block('blocked');
			const steps = [
				called(),
				agent({ onError: 'continueErrorOutput' }),
				openAiModel({ openAiApi }),
				fuseModel({ fuseApi, tenantId: 'blocked' }),
			];
			const workflow = workflowOf('Blocked tenant', steps, [
				...inARow('Called', 'AI Agent'),
				...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
			]);
			const deployed = await stage.deploy(workflow);
			await deployed.call({ prompt: PROMPT });
			execution = await deployed.ended();
		});

		it('hands the item out at its error output, with what happened', () => {
			const [refused, ...more] = execution.items('AI Agent', 1);

			assert.equal(execution.status, 'success');
			assert.deepEqual(execution.items('AI Agent', 0), []);
			assert.deepEqual(more, []);
			assert.match(String(refused?.['error']), /LLM Fuse refused this call of tenant blocked/);
			assert.match(String(refused?.['error']), /blocked by hand/);
		});

		it('never reaches the vendor, and costs nothing', async () => {
			assert.deepEqual(vendor.callsAbout(PROMPT), []);
			assert.deepEqual(
				journal.asksOf('blocked').map(({ decision }) => decision),
				['reject'],
			);
			assert.equal((await stage.spendOf('blocked')).requests, 0);
		});

		it('shows red on LLM Fuse Model, with the same words', () => {
			const runs = execution.runs('LLM Fuse Model');

			assert.deepEqual(
				runs.map(({ executionStatus }) => executionStatus),
				['error'],
			);
			assert.match(runs[0]?.error?.message ?? '', /refused this call of tenant blocked/);
		});
	});

	describe('a streaming webhook whose tenant is blocked', () => {
		it('is told so in an error line, in the stream that has begun', async () => {
			await block('blocked-stream');
			const steps = [
				called('streaming'),
				agent({ options: { enableStreaming: true } }),
				openAiModel({ openAiApi }),
				fuseModel({ fuseApi, tenantId: 'blocked-stream' }),
			];
			const workflow = workflowOf('Blocked stream', steps, [
				...inARow('Called', 'AI Agent'),
				...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
			]);
			const answer = await (await stage.deploy(workflow)).call({ prompt: 'streamed to nobody' });
			const lines: StreamedChunk[] = [];
			for await (const line of readStream(answer)) lines.push(line);

			assert.equal(answer.status, 200);
			assert.deepEqual(
				lines.filter(({ type }) => type === 'item'),
				[],
			);
			const error = lines.find(({ type }) => type === 'error');
			assert.match(error?.content ?? '', /unblock|blocked/);
			assert.deepEqual(vendor.callsAbout('streamed to nobody'), []);
		});
	});

	/** Runs an agent on gpt-4o that falls back to gpt-4o-mini, each behind an LLM Fuse Model of its own. */
	const runWithFallback = async (tenantId: string, prompt: string) => {
		vendor.on({ userMessage: new RegExp(prompt) }, { content: 'by the fallback', usage });
		const steps = [
			called(),
			agent({ parameters: { needsFallback: true }, onError: 'continueErrorOutput' }),
			openAiModel({ openAiApi }),
			fuseModel({ fuseApi, tenantId }),
			openAiModel({ name: 'Fallback', model: 'gpt-4o-mini', openAiApi }),
			fuseModel({ name: 'Fuse of the fallback', fuseApi, tenantId }),
		];
		const workflow = workflowOf(`Fallback of ${tenantId}`, steps, [
			...inARow('Called', 'AI Agent'),
			...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
			...through('Fallback', 'Fuse of the fallback', 'AI Agent', 1),
		]);
		const deployed = await stage.deploy(workflow);
		await deployed.call({ prompt });
		return deployed.ended();
	};

	describe('an agent with a fallback model, whose tenant has no room for the first', () => {
		const PROMPT = 'asked with a fallback that has room';
		const TENANT = 'fallback';
		let execution: WorkflowExecution;

		before(async () => {
			// Half a cent: a call of gpt-4o is expected to cost a whole one, of gpt-4o-mini a sixteenth of that.
			await service.post('/v1/limits', {
				...{ tenantId: TENANT, scope: 'tenant', unit: 'microCents', window: 'day' },
				capacity: MICRO_CENTS_PER_USD / 200,
			});
			execution = await runWithFallback(TENANT, PROMPT);
		});

		it('is refused by the fallback too, though its own call would fit', async () => {
			const [refused] = execution.items('AI Agent', 1);

			assert.match(String(refused?.['error']), /LLM Fuse refused this call of tenant fallback/);
			assert.deepEqual(vendor.callsAbout(PROMPT), []);
			assert.equal((await stage.spendOf(TENANT)).requests, 0);
			assert.equal(await stage.heldBy(TENANT), 0);
		});

		it('may use the other model in its next execution', async () => {
			const steps = [
				called(),
				agent(),
				openAiModel({ model: 'gpt-4o-mini', openAiApi }),
				fuseModel({ fuseApi, tenantId: TENANT }),
			];
			const workflow = workflowOf('After the fallback', steps, [
				...inARow('Called', 'AI Agent'),
				...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
			]);
			const answer = await (await stage.deploy(workflow)).call({ prompt: PROMPT });

			assert.deepEqual(await answer.json(), { output: 'by the fallback' });
		});
	});

	describe('an agent with a fallback model, whose first model alone is at its limit', () => {
		const PROMPT = 'asked with a model at its limit';
		const TENANT = 'model-at-limit';

		it('is answered by the fallback, which is asked for and charged on its own', async () => {
			await service.post('/v1/limits', {
				...{ tenantId: TENANT, scope: 'model', subject: 'openai/gpt-4o' },
				...{ unit: 'requests', window: 'day', capacity: 0 },
			});

			const execution = await runWithFallback(TENANT, PROMPT);

			assert.deepEqual(execution.items('AI Agent'), [{ output: 'by the fallback' }]);
			assert.deepEqual(
				vendor.callsAbout(PROMPT).map(({ model }) => model),
				['gpt-4o-mini'],
			);
			assert.deepEqual(
				journal.asksOf(TENANT).map(({ model, decision }) => `${decision} ${model}`),
				['reject gpt-4o', 'allow gpt-4o-mini'],
			);
			assert.equal((await stage.spendOf(TENANT)).requests, 1);
		});
	});
}
