import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { ModelCall } from '../../../../nodes/FuseModel/langchainTypes.ts';
import { changingFields } from '../../../../nodes/FuseModel/changingFields.ts';
import { cachedSystemText } from '../../../../nodes/FuseModel/promptCacheCheck.ts';
import { PromptPrefixWatch } from '../../../../nodes/FuseModel/promptPrefixWatch.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const RULES = 'Be brief and kind. '.repeat(300);
const CLOCK = `It is ${new Date(NOW).toISOString()}.`;
const MARK = { cache_control: { type: 'ephemeral' } };

const block = (text: string, mark: object = {}) => ({ type: 'text', text, ...mark });

function call(content: string | object[], given: Partial<ModelCall> = {}): ModelCall {
	const model = { _generate: async () => undefined };
	const system = typeof content === 'string' ? content : content.map((part) => ({ ...part }));
	const message = new SystemMessage({ content: system } as ConstructorParameters<
		typeof SystemMessage
	>[0]);
	const messages = [message, new HumanMessage(CLOCK)];

	return { model, options: {}, metadata: {}, messages, ...given };
}

const kinds = (of: ModelCall, provider = 'openai') =>
	changingFields(cachedSystemText(of, provider) ?? '', NOW).map(({ kind }) => kind);

describe('a cache that the vendor keeps by itself', () => {
	it.each(['openai', 'deepseek', 'gcp.gemini'])('of %s covers a long system prompt', (provider) => {
		expect(kinds(call(RULES + CLOCK), provider)).toEqual(['timestamp']);
	});

	it('covers no short one, and nothing that users say', () => {
		expect(kinds(call(CLOCK))).toEqual([]);
		expect(kinds(call(RULES))).toEqual([]);
	});
});

describe("Anthropic's cache", () => {
	it('covers nothing that is not marked', () => {
		expect(kinds(call(RULES + CLOCK), 'anthropic')).toEqual([]);
	});

	it('covers what comes before the last mark, and no more', () => {
		const inside = call([block(CLOCK), block(RULES, MARK)]);
		const behind = call([block(RULES, MARK), block(CLOCK)]);

		expect(kinds(inside, 'anthropic')).toEqual(['timestamp']);
		expect(kinds(behind, 'anthropic')).toEqual([]);
	});

	it.each<[string, Partial<ModelCall>]>([
		['the call', { options: MARK }],
		['the model, as n8n sets it', { model: { _generate: async () => 1, invocationKwargs: MARK } }],
	])('covers all of it when %s is marked', (_what, given) => {
		expect(kinds(call(RULES + CLOCK, given), 'anthropic')).toEqual(['timestamp']);
	});

	it('covers all of it when a later message is marked', () => {
		const { messages } = call(RULES + CLOCK);
		const later = new AIMessage({ content: [block('Hi', MARK)] });

		expect(kinds(call('', { messages: [...messages, later] }), 'anthropic')).toEqual(['timestamp']);
	});

	it('on Bedrock is marked by cache points', () => {
		const point = { cachePoint: { type: 'default' } };

		expect(kinds(call([block(RULES + CLOCK), point]), 'aws.bedrock')).toEqual(['timestamp']);
		expect(kinds(call([block(RULES), point, block(CLOCK)]), 'aws.bedrock')).toEqual([]);
	});

	it('covers nothing of messages that have no form', () => {
		const messages = [undefined, 'system', { role: 'system' }, { role: 'system', content: 7 }];

		expect(cachedSystemText(call('', { messages }), 'openai')).toBeUndefined();
	});
});

describe('a system prompt that changes between the calls of an execution', () => {
	const first = { executionId: '7', consumer: 'AI Agent', text: RULES + CLOCK };

	it('is noticed, with the share of it that was the same', () => {
		const watch = new PromptPrefixWatch();
		const text = `${RULES.slice(0, 2850)}!${RULES.slice(2851)}`;
		const changes = [first, first, { ...first, text }].map((call) => watch.note(call));

		expect(changes).toEqual([undefined, undefined, { atShare: 0.48 }]);
	});

	it('is noticed when it only grows or shrinks', () => {
		const watch = new PromptPrefixWatch();
		const longer = { ...first, text: RULES + RULES };
		const changes = [longer, { ...first, text: RULES }, longer].map((call) => watch.note(call));

		expect(changes).toEqual([undefined, { atShare: 0.49 }, { atShare: 0.49 }]);
	});

	it('is noticed behind the part whose blocks are told apart', () => {
		const watch = new PromptPrefixWatch();
		const long = 'a'.repeat(300_000);

		expect(watch.note({ ...first, text: `${long}b` })).toBeUndefined();
		expect(watch.note({ ...first, text: `${long}c` })).toEqual({ atShare: 1 });
	});

	it('is another prompt when another consumer or execution sends it', () => {
		const watch = new PromptPrefixWatch();
		watch.note(first);

		expect(watch.note({ ...first, consumer: 'Classifier', text: RULES })).toBeUndefined();
		expect(watch.note({ ...first, executionId: '8', text: RULES })).toBeUndefined();
	});

	it('is forgotten when the execution ends', () => {
		const watch = new PromptPrefixWatch();
		watch.note(first);
		watch.end('7');

		expect(watch.note({ ...first, text: RULES })).toBeUndefined();
	});
});
