import {
	ALLOW,
	chatResult,
	type Message,
	PlainModel,
	scriptedBench,
	StreamingModel,
} from '../contract/langchain/scripted.ts';
import { drain } from '../contract/langchain/suite.ts';

const HI = [{ content: 'hi', getType: () => 'human' }];

/** Usage of one answer of a vendor, whole and as a stream. */
async function recorded(
	provider: string,
	{ result, chunks }: { result?: object; chunks?: object[] },
): Promise<Record<string, unknown> | undefined> {
	const bench = scriptedBench([ALLOW], { parameters: { options: { provider } } });
	if (chunks) {
		const model = new StreamingModel();
		model._streamResponseChunks = async function* () {
			yield* chunks;
		};
		await drain((await bench.guard(model))._streamResponseChunks(HI, {}));
	} else {
		const model = new PlainModel();
		model.answer = async () => result;
		await (await bench.guard(model))._generate(HI, {});
	}
	return bench.records()[0];
}

function chunk(message: Partial<Message>, generationInfo: object = {}): object {
	return { text: '', generationInfo, message: { content: '', ...message } };
}

describe('the retries of the vendors’ own clients', () => {
	it('are off in a model that makes a new caller for each request, as Mistral’s does', async () => {
		const model = Object.assign(new PlainModel(), { maxRetries: undefined });

		await scriptedBench([ALLOW]).guard(model);

		expect(model.maxRetries).toBe(0);
	});

	it('are off in a client that takes their number with each request, as Cohere’s does', async () => {
		const given: unknown[] = [];
		class Client {
			key = 'k';
			chat(...all: unknown[]): void {
				given.push([this.key, ...all]);
			}
			chatStream(...all: unknown[]): void {
				given.push([this.key, ...all]);
			}
		}
		const model = Object.assign(new PlainModel(), { client: new Client() });

		const guarded = await scriptedBench([ALLOW]).guard(model);
		guarded.client.chat({ a: 1 });
		guarded.client.chatStream({ b: 1 }, { headers: {} });

		expect(given).toEqual([
			['k', { a: 1 }, { maxRetries: 0 }],
			['k', { b: 1 }, { headers: {}, maxRetries: 0 }],
		]);
	});

	it('are off in a client with a retry strategy, as AWS’s has', async () => {
		const config = { retryStrategy: async (): Promise<unknown> => 'three attempts' };
		const model = Object.assign(new PlainModel(), { client: { config } });

		await scriptedBench([ALLOW]).guard(model);

		const strategy = (await config.retryStrategy()) as {
			retry: (next: (args: unknown) => Promise<unknown>, args: unknown) => Promise<unknown>;
		};
		const next = jest.fn().mockRejectedValue(new Error('throttled'));
		await expect(strategy.retry(next, 'args')).rejects.toThrow('throttled');
		expect(next.mock.calls).toEqual([['args']]);
	});
});

describe('what a vendor’s model class leaves out', () => {
	it('is estimated when it reports nothing but zeros for an answer', async () => {
		const zeros = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
		const guessed = { estimated: true, usage: { inputUncached: 5, output: 2 } };

		expect(
			await recorded('cohere', { result: chatResult({ usage_metadata: zeros }) }),
		).toMatchObject(guessed);
		expect(
			await recorded('cohere', {
				chunks: [chunk({ content: 'A fuse.' }), chunk({ usage_metadata: zeros })],
			}),
		).toMatchObject(guessed);
	});

	it('is counted as thoughts when Gemini or Grok has it in the total alone', async () => {
		const usage_metadata = { input_tokens: 100, output_tokens: 20, total_tokens: 420 };
		const usage = { inputUncached: 100, output: 320, reasoning: 300 };

		for (const provider of ['gcp.gemini', 'gcp.vertex_ai', 'x_ai']) {
			expect(await recorded(provider, { result: chatResult({ usage_metadata }) })).toMatchObject({
				usage,
			});
			expect(await recorded(provider, { chunks: [chunk({ usage_metadata })] })).toMatchObject({
				usage,
			});
		}
	});

	it('is counted as thoughts of Grok also where its own usage object is passed on', async () => {
		const usage = {
			prompt_tokens: 100,
			completion_tokens: 20,
			total_tokens: 420,
			completion_tokens_details: { reasoning_tokens: 300 },
		};
		const message = {
			usage_metadata: {
				input_tokens: 100,
				output_tokens: 20,
				total_tokens: 420,
				output_token_details: { reasoning: 300 },
			},
			response_metadata: { usage, model_name: 'grok-4' },
		};

		expect(await recorded('x_ai', { result: chatResult(message) })).toMatchObject({
			usage: { output: 320, reasoning: 300 },
		});
		expect(await recorded('x_ai', { chunks: [chunk(message)] })).toMatchObject({
			usage: { output: 320, reasoning: 300 },
		});
	});

	it('is no thought of a vendor whose total adds up otherwise', async () => {
		const usage_metadata = { input_tokens: 100, output_tokens: 20, total_tokens: 420 };

		expect(await recorded('openai', { result: chatResult({ usage_metadata }) })).toMatchObject({
			usage: { output: 20, reasoning: 0 },
		});
	});
});

describe('a stream of Gemini', () => {
	it('counts its cached input once, though each chunk names it', async () => {
		const input_token_details = { cache_read: 60 };
		const chunks = [
			{ input_tokens: 100, output_tokens: 2, total_tokens: 152, input_token_details },
			{ input_tokens: 0, output_tokens: 5, total_tokens: 5, input_token_details },
			{ input_tokens: 0, output_tokens: 3, total_tokens: 3, input_token_details },
		].map((usage_metadata) => chunk({ usage_metadata }));

		expect(await recorded('gcp.gemini', { chunks })).toMatchObject({
			usage: { inputUncached: 40, cacheRead: 60, output: 60, reasoning: 50 },
		});
	});

	it('of Vertex AI counts what only the chunk at its end tells: the cache and the thoughts', async () => {
		const usage_metadata = {
			input_tokens: 100,
			output_tokens: 320,
			total_tokens: 420,
			input_token_details: { cache_read: 60, text: 100 },
			output_token_details: { reasoning: 300 },
		};
		const chunks = [
			chunk({ content: 'A fuse.' }),
			chunk({}, { finish_reason: 'STOP', usage_metadata }),
			chunk({ usage_metadata: { input_tokens: 100, output_tokens: 20, total_tokens: 420 } }),
		];

		expect(await recorded('gcp.vertex_ai', { chunks })).toMatchObject({
			usage: { inputUncached: 40, cacheRead: 60, output: 320, reasoning: 300 },
		});
	});
});

describe('an answer of Bedrock', () => {
	const usage = {
		...{ inputTokens: 10, outputTokens: 7, totalTokens: 57 },
		...{ cacheReadInputTokens: 30, cacheWriteInputTokens: 10 },
	};
	const usage_metadata = { input_tokens: 10, output_tokens: 7, total_tokens: 57 };
	const counted = {
		usage: { inputUncached: 10, cacheRead: 30, cacheWrite5m: 10, output: 7 },
	};

	it('counts what came from the cache and went into it, beside the input', async () => {
		const response_metadata = { usage, stopReason: 'end_turn' };

		expect(
			await recorded('aws.bedrock', { result: chatResult({ usage_metadata, response_metadata }) }),
		).toMatchObject(counted);
	});

	it('counts the same of a stream', async () => {
		const response_metadata = { metadata: { usage, metrics: { latencyMs: 9 } } };
		const chunks = [chunk({ content: 'A fuse.' }), chunk({ usage_metadata, response_metadata })];

		expect(await recorded('aws.bedrock', { chunks })).toMatchObject(counted);
	});
});

describe('the tier of an answer', () => {
	const usage_metadata = { input_tokens: 10, output_tokens: 7, total_tokens: 17 };
	const usage = { input_tokens: 10, output_tokens: 7 };

	it.each([
		['OpenAI’s Responses', { service_tier: 'flex' }, 'flex'],
		['OpenAI’s default, which is the standard', { service_tier: 'default' }, 'standard'],
		['Anthropic', { usage: { ...usage, service_tier: 'priority' } }, 'priority'],
		['Anthropic in the United States', { usage: { ...usage, inference_geo: 'us' } }, 'us'],
	])('is passed on: %s', async (_, response_metadata, serviceTier) => {
		const message = { usage_metadata, response_metadata };

		expect(await recorded('openai', { result: chatResult(message) })).toMatchObject({
			serviceTier,
		});
		expect(await recorded('openai', { chunks: [chunk(message)] })).toMatchObject({ serviceTier });
	});

	it('is passed on where a stream of OpenAI names it beside the message', async () => {
		const chunks = [chunk({ usage_metadata }, { service_tier: 'priority' }), chunk({})];

		expect(await recorded('openai', { chunks })).toMatchObject({ serviceTier: 'priority' });
	});

	it('is left out where the vendor does not say it', async () => {
		expect(await recorded('openai', { result: chatResult({ usage_metadata }) })).not.toHaveProperty(
			'serviceTier',
		);
	});
});

describe('what an answer is billed for beside its tokens', () => {
	it('is passed on: searches of Anthropic', async () => {
		const usage = {
			...{ input_tokens: 10, output_tokens: 7 },
			server_tool_use: { web_search_requests: 3 },
		};
		const message = { response_metadata: { usage } };

		expect(await recorded('anthropic', { result: chatResult(message) })).toMatchObject({
			otherUnits: { webSearch: 3 },
		});
	});

	it('is passed on: tools that OpenAI ran itself', async () => {
		const message = {
			usage_metadata: { input_tokens: 10, output_tokens: 7, total_tokens: 17 },
			response_metadata: { output: [{ type: 'web_search_call' }, { type: 'message' }] },
		};

		expect(await recorded('openai', { result: chatResult(message) })).toMatchObject({
			otherUnits: { webSearch: 1 },
		});
		expect(await recorded('openai', { chunks: [chunk(message)] })).toMatchObject({
			otherUnits: { webSearch: 1 },
		});
	});
});
