import { ChatAnthropic } from '@langchain/anthropic';
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import fc from 'fast-check';
import { canonicalJson } from '../../../../nodes/FuseModel/canonicalJson.ts';
import { isChatModel, type ModelCall } from '../../../../nodes/FuseModel/langchainTypes.ts';
import { responseKey } from '../../../../nodes/FuseModel/responseKey.ts';

const FACTS = {
	...{ provider: 'openai', model: 'gpt-4o', endpoint: 'api.openai.com/v1/chat/completions' },
	maxOutputTokens: undefined,
};
const MESSAGES = [new SystemMessage('Be brief.'), new HumanMessage('Hi')];
const TOOL = {
	type: 'function' as const,
	function: { name: 'look', description: 'Looks', parameters: { type: 'object' } },
};

type Given = {
	tenantId?: string;
	facts?: Partial<typeof FACTS>;
	fields?: object;
	options?: Record<string, unknown>;
	messages?: readonly unknown[];
};

function keyOf({ tenantId = 'acme', facts = {}, fields = {}, ...given }: Given = {}) {
	const { options = {}, messages = MESSAGES } = given;
	const model = new ChatOpenAI({ apiKey: 'key', model: 'gpt-4o', temperature: 0, ...fields });

	return responseKey(tenantId, { ...FACTS, ...facts }, callOf(model, options, messages));
}

function callOf(
	model: unknown,
	options: Record<string, unknown>,
	messages: readonly unknown[],
): ModelCall {
	if (!isChatModel(model)) throw new Error('LangChain has changed');

	return { model, options, messages, metadata: {} };
}

describe('the key of a call', () => {
	it('is a hash, and the same for the same call', () => {
		expect(keyOf()).toMatch(/^[0-9a-f]{64}$/);
		expect(keyOf()).toBe(keyOf());
	});

	const signal = new AbortController().signal;
	it.each<[string, Given]>([
		['its signal', { options: { signal } }],
		['its callbacks and tags', { fields: { callbacks: [{}], tags: ['a'], metadata: { a: 1 } } }],
		['the retries of the model', { fields: { maxRetries: 0 } }],
		['its place in a batch', { options: { promptIndex: 3 } }],
		[
			'the ids of the messages',
			{
				messages: [
					new SystemMessage({ content: 'Be brief.', id: '1' }),
					new HumanMessage({ content: 'Hi', id: '2', response_metadata: { at: 3 } }),
				],
			},
		],
	])('does not depend on %s', (_what, given) => {
		expect(keyOf(given)).toBe(keyOf());
	});

	it.each<[string, Given]>([
		[
			'a schema that the parameters do not tell, as of Gemini',
			{ options: { responseSchema: { type: 'object' } } },
		],
		['the tenant', { tenantId: 'beta' }],
		['the provider', { facts: { provider: 'azure.ai.openai' } }],
		['the address', { facts: { endpoint: 'localhost/v1/chat/completions' } }],
		['the model', { facts: { model: 'gpt-4o-mini' } }],
		['the temperature', { fields: { temperature: 0.1 } }],
		['the most it may write', { fields: { maxTokens: 5 } }],
		['parameters that only one vendor knows', { fields: { modelKwargs: { top_k: 5 } } }],
		['the tools', { options: { tools: [TOOL] } }],
		['the choice of a tool', { options: { tools: [TOOL], tool_choice: 'required' } }],
		['the form of the answer', { options: { response_format: { type: 'json_object' } } }],
		['the words that end it', { options: { stop: ['x'] } }],
		['the system prompt', { messages: [new SystemMessage('Be long.'), new HumanMessage('Hi')] }],
		['who says what', { messages: [new SystemMessage('Be brief.'), new AIMessage('Hi')] }],
		['the order', { messages: [...MESSAGES].reverse() }],
		['one more message', { messages: [...MESSAGES, new HumanMessage('Hi')] }],
		[
			'an image',
			{
				messages: [
					new SystemMessage('Be brief.'),
					new HumanMessage({ content: [{ type: 'image_url', image_url: 'data:…' }] }),
				],
			},
		],
	])('depends on %s', (_what, given) => {
		expect(keyOf(given)).toMatch(/^[0-9a-f]{64}$/);
		expect(keyOf(given)).not.toBe(keyOf());
	});

	it('depends on what a tool was asked and what it said', () => {
		const turn = (city: string, said: string) => [
			...MESSAGES,
			new AIMessage({ content: '', tool_calls: [{ id: 't1', name: 'look', args: { city } }] }),
			new ToolMessage({ content: said, tool_call_id: 't1' }),
		];
		const keys = [...[turn('Oslo', 'cold'), turn('Rome', 'cold'), turn('Oslo', 'warm')]].map(
			(messages) => keyOf({ messages }),
		);

		expect(new Set(keys).size).toBe(3);
	});

	it('is told for Anthropic too, tools included', () => {
		const model = new ChatAnthropic({ apiKey: 'key', model: 'claude-sonnet-4-5' });
		const tools = [{ name: 'look', input_schema: { type: 'object' } }];
		const keys = [{}, { tools }].map((options) =>
			responseKey('acme', FACTS, callOf(model, options, MESSAGES)),
		);

		expect(new Set(keys).size).toBe(2);
		expect(keys).not.toContain(undefined);
	});

	it('is not told when a parameter cannot be written down', () => {
		const failing = () => {
			throw new Error('The parameters contradict one another');
		};
		const silent = { _generate: async () => undefined };
		const broken = { ...silent, invocationParams: failing };
		const odd = { ...silent, invocationParams: () => ({ tools: [{ schema: () => 1 }] }) };
		const keys = [silent, broken, odd].map((model) =>
			responseKey('acme', FACTS, callOf(model, {}, MESSAGES)),
		);

		expect(keys).toEqual([undefined, undefined, undefined]);
	});

	it('is not told of a message that holds what has no text', () => {
		const message = new HumanMessage({
			content: [{ type: 'image', data: new Uint8Array([1]) }],
		});

		expect(keyOf({ messages: [message] })).toBeUndefined();
	});
});

describe('canonical JSON', () => {
	it('is the same whatever the order of the keys, and reads back as it was', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
				const text = canonicalJson(value) ?? '';

				expect(canonicalJson(upsideDown(value))).toBe(text);
				expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it('differs where the values differ', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
				const areEqual = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

				expect(canonicalJson(a) === canonicalJson(b)).toBe(areEqual);
			}),
		);
	});

	it('is none of anything that has no exact JSON', () => {
		const endless: Record<string, unknown> = {};
		endless['self'] = endless;
		const without = [NaN, Infinity, 1n, Symbol('a'), () => 1, new Date(), new Map(), endless];

		expect(without.map((value) => canonicalJson({ value }))).toEqual(without.map(() => undefined));
		expect(canonicalJson([undefined])).toBeUndefined();
		expect(canonicalJson({ a: undefined })).toBe('{}');
	});
});

function upsideDown(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(upsideDown);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).reverse();

	return Object.fromEntries(entries.map(([key, inner]) => [key, upsideDown(inner)]));
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

	return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
