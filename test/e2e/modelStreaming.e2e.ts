import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startAnthropic, type AnthropicDouble } from './doubles/anthropic.ts';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import { agent, aiNode, called, fuseModel, openAiModel, through } from './harness/modelNodes.ts';
import type { ModelStage } from './harness/modelStage.ts';
import { readStream, type StreamedChunk } from './harness/readStream.ts';
import { inARow, workflowOf, type Step } from './harness/workflow.ts';

export function streamsAreMetered(stage: ModelStage): void {
	const { world, vendor, journal, fuseApi, openAiApi } = stage;

	/** Streams one answer of an agent, which has a calculator, to the end. */
	const stream = async (tenantId: string, chatModel: Step, prompt: string) => {
		const steps = [
			called('streaming'),
			agent({ options: { enableStreaming: true } }),
			aiNode(['Calculator', 'toolCalculator', 1]),
			chatModel,
			fuseModel({ fuseApi, tenantId }),
		];
		const workflow = workflowOf(`Streaming of ${tenantId}`, steps, [
			...inARow('Called', 'AI Agent'),
			...through(chatModel.name, 'LLM Fuse Model', 'AI Agent'),
			{ from: 'Calculator', to: 'AI Agent', type: 'ai_tool' },
		]);
		const deployed = await stage.deploy(workflow);
		const chunks: StreamedChunk[] = [];
		for await (const chunk of readStream(await deployed.call({ prompt }))) chunks.push(chunk);
		return { chunks, execution: await deployed.ended() };
	};
	const textOf = (chunks: StreamedChunk[]) => chunks.map(({ content }) => content ?? '').join('');

	describe('a streaming webhook behind LLM Fuse Model', () => {
		const PROMPT = 'count to ten as a stream';
		const TENANT = 'streaming';
		const answer = 'one two three four five six seven eight nine ten';
		let chunks: StreamedChunk[];
		let execution: WorkflowExecution;

		before(async () => {
			const usage = { prompt_tokens: 33, completion_tokens: 11 };
			// Chunks of five letters, a fiftieth of a second apart.
			const pace = { latency: 20, chunkSize: 5 };
			vendor.on({ userMessage: new RegExp(PROMPT) }, { content: answer, usage }, pace);
			({ chunks, execution } = await stream(TENANT, openAiModel({ openAiApi }), PROMPT));
		});

		it('gets the answer in pieces, as the vendor writes it', () => {
			const pieces = chunks.filter(({ content }) => content !== undefined);

			assert.equal(execution.status, 'success');
			assert.ok(pieces.length > 5, `${pieces.length} pieces`);
			assert.equal(textOf(chunks), answer);
			assert.deepEqual(
				vendor.callsAbout(PROMPT).map(({ streamed }) => streamed),
				[true],
			);
		});

		it('is asked for once and recorded once, with the tokens of the vendor', async () => {
			const [settled, ...more] = journal.settlementsOf(TENANT);

			assert.equal(journal.asksOf(TENANT).length, 1);
			assert.deepEqual(more, []);
			assert.deepEqual([settled?.usage['inputUncached'], settled?.usage['output']], [33, 11]);
			assert.notEqual(settled?.estimated, true);
			const { requests, tokens } = await stage.spendOf(TENANT);
			assert.deepEqual([requests, tokens], [1, 44]);
			assert.equal(await stage.heldBy(TENANT), 0);
		});
	});

	describe('a streaming webhook whose agent calls a tool behind LLM Fuse Model', () => {
		const PROMPT = 'six times seven as a stream';
		const TENANT = 'streaming-with-tool';
		let chunks: StreamedChunk[];

		before(async () => {
			const userMessage = new RegExp(PROMPT);
			vendor.on(
				{ userMessage, hasToolResult: false },
				{
					toolCalls: [{ name: 'Calculator', arguments: '{"input":"6 * 7"}' }],
					usage: { prompt_tokens: 90, completion_tokens: 17 },
				},
			);
			vendor.on(
				{ userMessage, hasToolResult: true },
				{ content: 'It is 42.', usage: { prompt_tokens: 118, completion_tokens: 5 } },
			);
			({ chunks } = await stream(TENANT, openAiModel({ openAiApi }), PROMPT));
		});

		it('gets the answer out of two streams, each asked for and recorded once', () => {
			assert.equal(textOf(chunks), 'It is 42.');
			assert.deepEqual(
				vendor.callsAbout(PROMPT).map(({ streamed }) => streamed),
				[true, true],
			);
			assert.equal(journal.asksOf(TENANT).length, 2);
			assert.deepEqual(
				journal.settlementsOf(TENANT).map(({ usage }) => [usage['inputUncached'], usage['output']]),
				[
					[90, 17],
					[118, 5],
				],
			);
		});
	});

	describe('a stream of Anthropic with a cached prompt behind LLM Fuse Model', () => {
		const TENANT = 'streaming-anthropic';
		const usage = {
			input_tokens: 12,
			cache_creation_input_tokens: 40,
			cache_read_input_tokens: 1500,
			output_tokens: 7,
		};
		let anthropic: AnthropicDouble;
		let chunks: StreamedChunk[];

		before(async () => {
			anthropic = await startAnthropic(usage);
			const credential = { apiKey: 'any', url: anthropic.baseUrl };
			const anthropicApi = await world.n8n.createCredential('anthropicApi', credential);
			const model = { __rl: true, mode: 'id', value: 'claude-sonnet-4-5' };
			const chatModel: Step = {
				...aiNode(['Anthropic Chat Model', 'lmChatAnthropic', 1.6], { model, options: {} }),
				credentials: { anthropicApi },
			};
			({ chunks } = await stream(TENANT, chatModel, 'two plus two, by Claude'));
		});
		after(() => anthropic.close());

		it('charges cached and uncached tokens apart, and counts no output twice', () => {
			const [settled, ...more] = journal.settlementsOf(TENANT);

			assert.equal(textOf(chunks), 'Two plus two is four.');
			assert.deepEqual(
				anthropic.calls.map(({ stream: streamed }) => streamed),
				[true],
			);
			assert.deepEqual(more, []);
			assert.deepEqual([settled?.provider, settled?.model], ['anthropic', 'claude-sonnet-4-5']);
			const { inputUncached, cacheRead, cacheWrite5m, output } = settled?.usage ?? {};
			assert.deepEqual([inputUncached, cacheRead, cacheWrite5m, output], [12, 1500, 40, 7]);
		});

		it('is asked for once and holds nothing any more', async () => {
			assert.deepEqual(
				journal.asksOf(TENANT).map(({ decision }) => decision),
				['allow'],
			);
			assert.equal(await stage.heldBy(TENANT), 0);
		});
	});
}
