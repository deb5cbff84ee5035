import { readUsage } from '../../../../core/readers/index.ts';
import { shown } from '../../../../core/readers/counts.ts';

const chat = (usage: unknown) => ({
	id: 'chatcmpl-1',
	object: 'chat.completion',
	model: 'gpt-4o-mini',
	choices: [{ message: { role: 'assistant', content: 'Hello there' } }],
	usage,
});
const message = (usage: unknown) => ({
	id: 'msg_1',
	type: 'message',
	role: 'assistant',
	model: 'claude-sonnet-4-6',
	content: [
		{ type: 'text', text: 'Hello ' },
		{ type: 'text', text: 'there' },
	],
	usage,
});
const response = (usage: unknown) => ({
	id: 'resp_1',
	object: 'response',
	model: 'gpt-5-mini',
	output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello there' }] }],
	usage,
});

describe('recognising a response', () => {
	it('names provider, model, endpoint and request of each format', () => {
		expect(readUsage(chat({ prompt_tokens: 1, completion_tokens: 1 }))).toMatchObject({
			facts: {
				provider: 'openai',
				spokenByOthers: true,
				model: 'gpt-4o-mini',
				endpoint: 'api.openai.com/v1/chat/completions',
				requestId: 'chatcmpl-1',
			},
		});
		expect(readUsage(response({ input_tokens: 1, output_tokens: 1 }))).toMatchObject({
			facts: { endpoint: 'api.openai.com/v1/responses', requestId: 'resp_1' },
		});
		expect(readUsage(message({ input_tokens: 1, output_tokens: 1 }))).toMatchObject({
			facts: {
				provider: 'anthropic',
				spokenByOthers: false,
				endpoint: 'api.anthropic.com/v1/messages',
			},
		});
	});

	it('reads the response inside the last event of a Responses stream', () => {
		const event = {
			type: 'response.completed',
			response: response({ input_tokens: 3, output_tokens: 2, total_tokens: 5 }),
		};

		expect(readUsage(event)).toMatchObject({
			outcome: 'read',
			calls: [{ model: 'gpt-5-mini', usage: { inputUncached: 3, output: 2 } }],
		});
	});

	it.each([
		[null],
		['a text'],
		[[]],
		[{}],
		[{ output: 'the answer of an agent' }],
		[{ object: 'list', data: [] }],
		[{ object: 'toString' }],
		[{ usage: 'much' }],
	])('does not take %j for a response', (body) => {
		expect(readUsage(body)).toEqual({ outcome: 'unknown' });
	});
});

describe('a response without usage', () => {
	it.each([
		['OpenAI chat', chat(undefined)],
		['OpenAI chat with null', chat(null)],
		['OpenAI Responses', response(undefined)],
		['Anthropic', message(undefined)],
	])('is reported as missing with the text that was answered: %s', (_, body) => {
		expect(readUsage(body)).toMatchObject({ outcome: 'missing', answerText: 'Hello there' });
	});

	it('is not the same as a response with zeros', () => {
		expect(readUsage(chat({ prompt_tokens: 0, completion_tokens: 0 }))).toMatchObject({
			outcome: 'read',
			calls: [{ usage: { inputUncached: 0, output: 0 } }],
		});
		expect(readUsage(message({ input_tokens: 0, output_tokens: 0 }))).toMatchObject({
			outcome: 'read',
		});
	});
});

describe('numbers that contradict each other', () => {
	it.each([
		[
			'more cached than prompt tokens',
			chat({
				prompt_tokens: 10,
				completion_tokens: 1,
				prompt_tokens_details: { cached_tokens: 11 },
			}),
			'/usage/prompt_tokens_details',
			'cached and cache-write tokens (11) cannot exceed prompt_tokens (10)',
		],
		[
			'a negative count',
			chat({ prompt_tokens: -3, completion_tokens: 1 }),
			'/usage/prompt_tokens',
			'Expected a whole number of tokens ≥ 0, got -3 (number)',
		],
		[
			'a fraction',
			message({ input_tokens: 1.5, output_tokens: 1 }),
			'/usage/input_tokens',
			'Expected a whole number of tokens ≥ 0, got 1.5 (number)',
		],
		[
			'a text',
			response({ input_tokens: '12', output_tokens: 1, total_tokens: 13 }),
			'/usage/input_tokens',
			'Expected a whole number of tokens ≥ 0, got "12" (string)',
		],
		[
			'more reasoning than output',
			response({
				input_tokens: 1,
				output_tokens: 5,
				total_tokens: 6,
				output_tokens_details: { reasoning_tokens: 9 },
			}),
			'/usage/output_tokens_details/reasoning_tokens',
			'reasoning_tokens (9) cannot exceed output_tokens (5)',
		],
		[
			'a split of cache writes larger than their sum',
			message({
				input_tokens: 1,
				output_tokens: 1,
				cache_creation_input_tokens: 5,
				cache_creation: { ephemeral_5m_input_tokens: 6 },
			}),
			'/usage/cache_creation',
			'cache_creation (6) cannot exceed cache_creation_input_tokens (5)',
		],
		[
			'a negative cost',
			chat({ prompt_tokens: 1, completion_tokens: 1, cost: -1 }),
			'/usage/cost',
			'Expected USD as a number ≥ 0, got -1 (number)',
		],
	])('are refused with field, value and type: %s', (_, body, pointer, detail) => {
		expect(readUsage(body)).toMatchObject({
			outcome: 'inconsistent',
			errors: [{ pointer, detail }],
		});
	});
});

describe('vendors with rules of their own', () => {
	it('adds the reasoning that xAI counts outside the completion', () => {
		const body = chat({
			prompt_tokens: 32,
			completion_tokens: 9,
			total_tokens: 141,
			completion_tokens_details: { reasoning_tokens: 100 },
		});

		expect(readUsage(body)).toMatchObject({ calls: [{ usage: { output: 109, reasoning: 100 } }] });
	});

	it('adds the bill of the vendor to the fee of OpenRouter when the key is the own one', () => {
		const body = chat({
			prompt_tokens: 1,
			completion_tokens: 1,
			cost: 0.001,
			is_byok: true,
			cost_details: { upstream_inference_cost: 0.02 },
		});

		expect(readUsage(body)).toMatchObject({ costMicroCents: 2_100_000 });
	});

	it('splits the cache writes of Anthropic by lifetime and puts the rest into 5 minutes', () => {
		const body = message({
			input_tokens: 4,
			output_tokens: 2,
			cache_creation_input_tokens: 100,
			cache_creation: { ephemeral_1h_input_tokens: 60, ephemeral_5m_input_tokens: 30 },
		});

		expect(readUsage(body)).toMatchObject({
			calls: [{ usage: { inputUncached: 4, cacheWrite1h: 60, cacheWrite5m: 40 } }],
		});
	});

	it('trusts the totals of Anthropic after a fallback, which lists an attempt that was not billed', () => {
		const body = message({
			input_tokens: 7,
			output_tokens: 3,
			iterations: [
				{ type: 'message', input_tokens: 500, output_tokens: 1 },
				{ type: 'fallback_message', model: 'claude-haiku-4-5', input_tokens: 7, output_tokens: 3 },
			],
		});

		expect(readUsage(body)).toMatchObject({
			calls: [{ model: 'claude-sonnet-4-6', usage: { inputUncached: 7, output: 3 } }],
		});
	});

	it('counts audio that may lie in the cache only once', () => {
		const body = chat({
			prompt_tokens: 100,
			completion_tokens: 1,
			prompt_tokens_details: { cached_tokens: 80, audio_tokens: 50 },
		});

		expect(readUsage(body)).toMatchObject({
			calls: [{ usage: { inputUncached: 0, cacheRead: 80, inputAudio: 20 } }],
		});
	});
});

describe('showing a value in a message', () => {
	it('cuts a long value, so that a pasted document does not become the message', () => {
		expect(shown('x'.repeat(500)).length).toBeLessThan(80);
	});
});
