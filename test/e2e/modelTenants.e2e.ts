import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import {
	agent,
	called,
	fuseModel,
	oneItemEach,
	openAiModel,
	through,
} from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

const usageOf = { acme: [40, 5], beta: [60, 9] } as const;

export function eachTenantPaysItsOwn(stage: ModelStage): void {
	const { vendor, journal, fuseApi, openAiApi } = stage;

	/** Runs one agent over an item of each of two tenants. */
	const run = async (prefix: string, options: Record<string, unknown>) => {
		const tenants = Object.entries(usageOf).map(([name, [input, output]]) => {
			const tenantId = `${prefix}-${name}`;
			const usage = { prompt_tokens: input, completion_tokens: output };
			vendor.on({ userMessage: new RegExp(`for ${tenantId}`) }, { content: `of ${name}`, usage });
			return { tenantId, prompt: `a poem for ${tenantId}` };
		});
		const steps = [
			called(),
			oneItemEach,
			agent({ text: '={{ $json.prompt }}', options }),
			openAiModel({ openAiApi }),
			fuseModel({ fuseApi, tenantId: '={{ $json.tenantId }}' }),
		];
		const workflow = workflowOf(`Two tenants, ${prefix}`, steps, [
			...inARow('Called', 'One item each', 'AI Agent'),
			...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
		]);
		const deployed = await stage.deploy(workflow);
		await deployed.call({ items: tenants });
		return deployed.ended();
	};
	const chargedTo = (tenantId: string) =>
		journal.settlementsOf(tenantId).map(({ usage }) => [usage['inputUncached'], usage['output']]);
	const hintsOf = (execution: WorkflowExecution) =>
		execution.runs('LLM Fuse Model').flatMap(({ hints = [] }) => hints);
	const byItem = {
		tracingMetadata: {
			values: [{ key: 'tenant', type: 'stringValue', stringValue: '={{ $json.tenantId }}' }],
		},
	};

	describe('two tenants in one run of an agent that names them in its tracing metadata', () => {
		for (const [how, batching] of [
			['after one another', {}],
			['at the same time', { batching: { batchSize: 2, delayBetweenBatches: 0 } }],
		] as const) {
			const prefix = how.replaceAll(' ', '-');
			let execution: WorkflowExecution;

			before(async () => {
				execution = await run(prefix, { ...byItem, ...batching });
			});

			it(`are each charged for their own call, made ${how}`, async () => {
				assert.deepEqual(execution.items('AI Agent'), [
					{ output: 'of acme' },
					{ output: 'of beta' },
				]);
				assert.deepEqual(chargedTo(`${prefix}-acme`), [[40, 5]]);
				assert.deepEqual(chargedTo(`${prefix}-beta`), [[60, 9]]);
				assert.equal((await stage.spendOf(`${prefix}-beta`)).tokens, 69);
			});

			it(`are told nothing of sharing a tenant, ${how}`, () => {
				assert.deepEqual(hintsOf(execution), []);
			});
		}
	});

	describe('two tenants in one run of an agent that says nothing of them', () => {
		let execution: WorkflowExecution;

		before(async () => {
			execution = await run('unsaid', {});
		});

		it('are both charged to the tenant of the first item, as n8n reads the parameter once', () => {
			assert.deepEqual(chargedTo('unsaid-acme'), [
				[40, 5],
				[60, 9],
			]);
			assert.deepEqual(chargedTo('unsaid-beta'), []);
		});

		it('are hinted at the tracing metadata, once', () => {
			const messages = hintsOf(execution).map(({ message }) => message);

			assert.equal(new Set(messages).size, 1);
			assert.match(messages[0] ?? '', /Tracing Metadata/);
		});
	});
}
