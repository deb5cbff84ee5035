import { readFileSync } from 'node:fs';
import { NodeConnectionTypes } from 'n8n-workflow';
import { FuseModel } from '../../nodes/FuseModel/FuseModel.node.ts';
import {
	ALLOW,
	chatResult,
	PlainModel,
	scriptedBench,
	StreamingModel,
} from '../contract/langchain/scripted.ts';
import { drain } from '../contract/langchain/suite.ts';
import { thrownBy } from './support/thrown.ts';

const HI = [{ content: 'hi', getType: () => 'human' }];

describe('the description', () => {
	const { description } = new FuseModel();

	it('takes one chat model and gives one, and is no tool', () => {
		expect(description.inputs).toEqual([
			expect.objectContaining({ type: NodeConnectionTypes.AiLanguageModel, maxConnections: 1 }),
		]);
		expect(description.outputs).toEqual([NodeConnectionTypes.AiLanguageModel]);
		expect('usableAsTool' in description).toBe(false);
	});

	it('is found among the chat models and by what it is for', () => {
		const codex = JSON.parse(
			readFileSync(new URL('../../nodes/FuseModel/FuseModel.node.json', import.meta.url), 'utf8'),
		) as { subcategories: Record<string, string[]>; alias: string[] };

		expect(codex.subcategories['AI']).toContain('Language Models');
		expect(codex.subcategories['Language Models']).toEqual(['Chat Models (Recommended)']);
		expect(codex.alias).toEqual(expect.arrayContaining(['budget', 'rate limit', 'cost', 'tokens']));
	});

	it('shows the tenant alone; everything else is an option', () => {
		expect(description.properties.map(({ name }) => name)).toEqual([
			'notice',
			'tenantId',
			'options',
		]);
	});
});

describe('a guarded model', () => {
	it('is the connected instance, with its class and its fields', async () => {
		const model = new PlainModel();
		const keys = Object.keys(model);

		const guarded = await scriptedBench([ALLOW]).guard(model);

		expect(guarded).toBeInstanceOf(PlainModel);
		expect(Object.keys(guarded)).toEqual(keys);
	});

	it('is not taken for one that can stream when it cannot', async () => {
		const guarded = await scriptedBench([ALLOW]).guard(new PlainModel());

		expect(Object.hasOwn(guarded, '_streamResponseChunks')).toBe(false);
	});

	it('leaves the retries to this node', async () => {
		const guarded = await scriptedBench([ALLOW]).guard(new PlainModel());

		expect(guarded.caller.maxRetries).toBe(0);
	});

	it('counts once when it answers out of its own stream', async () => {
		const bench = scriptedBench([ALLOW]);
		const guarded = await bench.guard(new StreamingModel());

		await guarded._generate(HI, {});

		expect(guarded.calls).toBe(1);
		expect(bench.asks()).toHaveLength(1);
		expect(bench.records()).toHaveLength(1);
	});

	it('counts once when n8n has bound its methods to it before', async () => {
		const bench = scriptedBench([ALLOW]);
		const model = new StreamingModel();
		// As n8n's nodes for Ollama and Cohere do.
		const [generate, stream] = [
			model._generate.bind(model),
			model._streamResponseChunks.bind(model),
		];
		model._generate = async (...given) => await generate(...given);
		model._streamResponseChunks = async function* (...given) {
			yield* stream(...given);
		};

		await (await bench.guard(model))._generate(HI, {});
		await drain(model._streamResponseChunks(HI, {}));

		expect(model.calls).toBe(2);
		expect(bench.asks()).toHaveLength(2);
		expect(bench.records()).toHaveLength(2);
	});

	it('stays guarded when bound tools make a new instance', async () => {
		class Adapter extends PlainModel {
			bindTools(): Adapter {
				return new Adapter();
			}
		}
		const bench = scriptedBench([ALLOW]);
		const bound = (await bench.guard(new Adapter())).bindTools().bindTools();

		await bound._generate(HI, {});

		expect(bound.calls).toBe(1);
		expect(bench.asks()).toHaveLength(1);
		expect(bound.caller.maxRetries).toBe(0);
	});

	it('links its log to the log of the model, entry by entry', async () => {
		const linked: unknown[] = [];
		const tracer = { setParentRunIndex: (index: number) => linked.push(index) };
		const model = Object.assign(new PlainModel(), { callbacks: [tracer, {}] });

		await scriptedBench([ALLOW]).guard(model);

		expect(linked).toEqual([0]);
	});

	it('has to be a chat model', async () => {
		const error = await thrownBy(scriptedBench([ALLOW]).guard({ call: () => 'text' }));

		expect(error.message).toBe('The connected node gives no chat model');
	});
});

describe('the run data', () => {
	it('shows tenant, tokens, cached share, exact cost and what remains', async () => {
		const bench = scriptedBench([ALLOW]);
		const model = await bench.guard(new PlainModel());
		const usage_metadata = {
			input_tokens: 100,
			output_tokens: 20,
			input_token_details: { cache_read: 64, cache_creation: 10, audio: 6 },
			output_token_details: { reasoning: 8, audio: 2 },
		};
		model.answer = async () => chatResult({ usage_metadata });

		await model._generate(HI, {});

		expect(bench.runs).toEqual([
			{
				input: { tenant: 'acme', provider: 'fake', model: 'fake-1', estimatedInputTokens: 5 },
				output: {
					tenant: 'acme',
					provider: 'fake',
					model: 'fake-1',
					usage: {
						...{ inputUncached: 20, cacheRead: 64, cacheWrite5m: 10, cacheWrite1h: 0 },
						...{ inputAudio: 6, output: 18, reasoning: 8, outputAudio: 2 },
					},
					cachedShare: 0.64,
					costMicroCents: 36_900,
					costUsd: '0.000369',
					remaining: expect.objectContaining({ limitId: 'daily', remaining: 3 }),
					fromCache: false,
					attempts: 1,
					waitedMs: 0,
				},
			},
		]);
	});
});

describe('the question', () => {
	it('carries what limits and prices count by, and what the call may use', async () => {
		const parameters = { tenantId: 'acme', options: { keyId: 'key_7', leaseSeconds: 60 } };
		const bench = scriptedBench([ALLOW], { parameters });
		const model = Object.assign(await bench.guard(new PlainModel()), { maxTokens: -1 });

		await model._generate([...HI, { content: 'x'.repeat(400) }], {
			max_tokens: 500,
			tools: [{ type: 'function', name: 'a' }],
		});

		expect(bench.asks()[0]?.body).toEqual({
			tenantId: 'acme',
			source: 'n8n/wf_1',
			workflowId: 'wf_1',
			nodeName: 'LLM Fuse Model',
			executionId: '4711',
			provider: 'fake',
			model: 'fake-1',
			inputTokens: 5 + 104 + 8,
			maxOutputTokens: 500,
			keyId: 'key_7',
			ttlSeconds: 60,
		});
		expect(bench.records()[0]).toMatchObject({ keyId: 'key_7', reservationId: 'rsv_1' });
	});

	it.each([
		['https://openrouter.ai/api/v1', 'openrouter', 'openrouter.ai/api/v1/chat/completions'],
		[
			'https://user:secret@api.groq.com/openai/v1/?k=1',
			'groq',
			'api.groq.com/openai/v1/chat/completions',
		],
		['https://acme.openai.azure.com', 'azure.ai.openai', 'acme.openai.azure.com/chat/completions'],
		['http://127.0.0.1:4000/v1', 'openai', '127.0.0.1:4000/v1/chat/completions'],
	])('knows who serves %s', async (baseURL, provider, endpoint) => {
		const bench = scriptedBench([ALLOW]);
		const model = Object.assign(new PlainModel(), {
			clientConfig: { baseURL },
			getLsParams: () => ({ ls_provider: 'openai', ls_model_name: 'gpt' }),
		});

		await (await bench.guard(model))._generate(HI, {});

		expect(bench.asks()[0]?.body).toMatchObject({ provider, model: 'gpt' });
		expect(bench.records()[0]).toMatchObject({ provider, endpoint });
	});

	it('knows the model that an adapter of n8n wraps', async () => {
		const bench = scriptedBench([ALLOW]);
		class LangchainChatModelAdapter extends PlainModel {
			chatModel = { provider: 'moonshot', modelId: 'kimi-k2' };

			override getLsParams(): object {
				return { ls_provider: 'LangchainChatModelAdapter' };
			}
		}

		await (await bench.guard(new LangchainChatModelAdapter()))._generate(HI, {});

		expect(bench.asks()[0]?.body).toMatchObject({ provider: 'moonshot_ai', model: 'kimi-k2' });
	});

	it('refuses an option that is no whole number before any call', async () => {
		const parameters = { options: { leaseSeconds: '60' } };

		const error = await thrownBy(scriptedBench([ALLOW], { parameters }).guard(new PlainModel()));

		expect(error.message).toBe('Lease (Seconds) is "60" (string), expected a whole number ≥ 0');
	});
});

it('records what other models did for an answer as calls of their own', async () => {
	const bench = scriptedBench([ALLOW]);
	const model = await bench.guard(new PlainModel());
	const iterations = [
		{ type: 'message', input_tokens: 10, output_tokens: 5 },
		{ type: 'advisor_message', model: 'claude-opus-4-8', input_tokens: 30, output_tokens: 7 },
	];
	const usage = { input_tokens: 10, output_tokens: 5, iterations };
	const response_metadata = { type: 'message', role: 'assistant', model: 'claude-sonnet-5', usage };
	model.answer = async () => chatResult({ response_metadata });

	await model._generate(HI, {});

	expect(bench.records()).toEqual([
		expect.objectContaining({ model: 'claude-sonnet-5', reservationId: 'rsv_1' }),
		expect.not.objectContaining({ reservationId: 'rsv_1' }),
	]);
	expect(bench.records()[1]).toMatchObject({ model: 'claude-opus-4-8', usage: { output: 7 } });
	const [, settled, reported] = bench.exchanges.map(({ body }) => body);
	const id = String(settled?.['id']);
	expect(reported).toEqual([expect.objectContaining({ id: `${id}:1` })]);
});
