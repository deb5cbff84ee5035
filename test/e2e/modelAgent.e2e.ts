import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import { agent, aiNode, called, fuseModel, openAiModel, through } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { REQUESTS_PER_MINUTE } from './harness/startWorld.ts';
import { inARow, workflowOf } from './harness/workflow.ts';

const PROMPT = 'What is seventeen times twenty-four, asked by the agent?';
const TENANT = 'agent-with-tool';

export function agentIsMetered(stage: ModelStage): void {
	describe('an AI Agent with a tool behind LLM Fuse Model', () => {
		const { vendor, journal, fuseApi, openAiApi } = stage;
		let answer: unknown;
		let execution: WorkflowExecution;

		before(async () => {
			const userMessage = /asked by the agent/;
			vendor.on(
				{ userMessage, hasToolResult: false },
				{
					toolCalls: [{ name: 'Calculator', arguments: '{"input":"17 * 24"}' }],
					usage: { prompt_tokens: 120, completion_tokens: 18 },
				},
			);
			vendor.on(
				{ userMessage, hasToolResult: true },
				{ content: 'It is 408.', usage: { prompt_tokens: 151, completion_tokens: 6 } },
			);
			const steps = [
				called(),
				agent(),
				aiNode(['Calculator', 'toolCalculator', 1]),
				openAiModel({ openAiApi }),
				fuseModel({ fuseApi, tenantId: TENANT }),
			];
			const workflow = workflowOf('Agent with a tool', steps, [
				...inARow('Called', 'AI Agent'),
				...through('OpenAI Chat Model', 'LLM Fuse Model', 'AI Agent'),
				{ from: 'Calculator', to: 'AI Agent', type: 'ai_tool' },
			]);
			const deployed = await stage.deploy(workflow);
			answer = await (await deployed.call({ prompt: PROMPT })).json();
			execution = await deployed.ended();
		});

		it('gets its answer, out of two calls of the model and one of the tool', () => {
			assert.deepEqual(answer, { output: 'It is 408.' });
			assert.equal(execution.status, 'success');
			assert.equal(vendor.callsAbout(PROMPT).length, 2);
			assert.equal(execution.runs('Calculator').length, 1);
		});

		it('asks before every call of the loop and records it, once each', () => {
			const asks = journal.asksOf(TENANT);

			assert.deepEqual(
				asks.map(({ decision, provider, model }) => `${decision} ${provider}/${model}`),
				['allow openai/gpt-4o', 'allow openai/gpt-4o'],
			);
			assert.deepEqual(
				journal.settlementsOf(TENANT).map(({ reservationId }) => reservationId),
				asks.map(({ reservationId }) => reservationId),
			);
			assert.equal(journal.releasesOf(TENANT), 0);
		});

		it('charges the tokens that the vendor bills, and holds nothing any more', async () => {
			const settled = journal.settlementsOf(TENANT);
			const billed = vendor
				.callsAbout(PROMPT)
				.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens]);

			assert.deepEqual(
				settled.map(({ usage }) => [usage['inputUncached'], usage['output']]),
				billed,
			);
			assert.ok(settled.every(({ estimated }) => estimated !== true));
			const { requests, tokens, microCents } = await stage.spendOf(TENANT);
			assert.deepEqual([requests, tokens], [2, billed.flat().reduce((a, b) => a + b)]);
			// gpt-4o: 2.50 USD per million tokens in, 10 USD out.
			assert.equal(microCents, (120 + 151) * 250 + (18 + 6) * 1000);
			assert.equal(await stage.heldBy(TENANT), 0);
		});

		it('shows tenant, tokens, cost and what remains in the run data of its own node', () => {
			const runs = execution.runs('LLM Fuse Model');
			const shown = runs.map(({ data }) => data?.['ai_languageModel']?.[0]?.[0]?.json);
			const room = { limitId: 'tenant-requests-1m' };

			assert.deepEqual(
				runs.map(({ executionStatus }) => executionStatus),
				['success', 'success'],
			);
			assert.partialDeepStrictEqual(
				shown,
				journal.settlementsOf(TENANT).map(({ usage, costMicroCents }, index) => ({
					...{ tenant: TENANT, usage, costMicroCents },
					remaining: { ...room, remaining: REQUESTS_PER_MINUTE - 1 - index },
				})),
			);
		});

		it('says to the service which node asks, and not a word of what was said', () => {
			for (const ask of journal.asksOf(TENANT)) assert.equal(ask.nodeName, 'LLM Fuse Model');
			assert.doesNotMatch(journal.sentText(), /seventeen|408|17 \* 24/);
		});
	});
}
