import { HumanMessage, type AIMessageChunk } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import type { Usage } from '../../../core/usage.ts';
import { drain, eventsOf, Suite } from './suite.ts';
import { USAGE } from './wire.ts';

const suite = new Suite();

/** Both vendors' models are used alike; their types name their own options. */
type Model = ReturnType<Suite['openAi']>;
type Form = { name: string; usage: Usage; make: (fields?: { streaming?: boolean }) => Model };

const forms: Form[] = [
	{
		name: 'OpenAI chat',
		usage: USAGE.openAiChat,
		make: (fields) => countingOffline(suite.openAi(fields)),
	},
	{
		name: 'OpenAI responses',
		usage: USAGE.openAiResponses,
		make: (fields) => suite.openAi({ useResponsesApi: true, ...fields }),
	},
	{
		name: 'Anthropic',
		usage: USAGE.anthropic,
		make: (fields) => suite.anthropic(fields) as unknown as Model,
	},
];

const schema = {
	type: 'object',
	properties: { a: { type: 'number' } },
	required: ['a'],
} as const;
const lookUp = tool((question: object) => Object.keys(question).join(), {
	name: 'lookUp',
	description: 'Looks up',
	schema,
});
const QUESTION = [new HumanMessage('What does a fuse do?')];

/** LangChain downloads a tokenizer to estimate what a streaming `_generate` has used, whatever the vendor reports. */
function countingOffline(model: Model): Model {
	const inner: unknown = Reflect.get(model, 'completions');
	Object.assign(inner as object, { getNumTokens: async () => 1 });

	return model;
}

/** Anthropic's usage as its event protocol in LangChain tells it: without the lifetime of what was written. */
const { cacheWrite5m, cacheWrite1h } = USAGE.anthropic;
const WITHOUT_LIFETIMES = {
	...USAGE.anthropic,
	cacheWrite5m: cacheWrite5m + cacheWrite1h,
	cacheWrite1h: 0,
};

/** Every way n8n's and LangChain's consumers call a model. */
const ways: Array<{ way: string; calls?: number; use: (model: Model) => Promise<unknown> }> = [
	{ way: 'invoke', use: (model) => model.invoke(QUESTION) },
	{ way: 'generate', use: (model) => model.generate([QUESTION]) },
	{ way: 'batch', calls: 2, use: (model) => model.batch([QUESTION, QUESTION]) },
	{ way: 'stream', use: async (model) => drain(await model.stream(QUESTION)) },
	{ way: 'bound tools', use: (model) => model.bindTools([lookUp]).invoke(QUESTION) },
	{
		way: 'bound tools that stream',
		use: async (model) => drain(await model.bindTools([lookUp]).stream(QUESTION)),
	},
	{ way: 'withConfig', use: (model) => model.withConfig({ stop: ['x'] }).invoke(QUESTION) },
	{
		way: 'tools bound to a configured model',
		use: (model) => {
			const bound = model.bindTools([lookUp]);
			return 'bindTools' in bound && typeof bound.bindTools === 'function'
				? (bound as Model).bindTools([lookUp]).invoke(QUESTION)
				: bound.invoke(QUESTION);
		},
	},
	{ way: 'withRetry', use: (model) => model.withRetry().invoke(QUESTION) },
	{
		way: 'pipe',
		use: (model) =>
			model.pipe(RunnableLambda.from((message: AIMessageChunk) => message.id)).invoke(QUESTION),
	},
	{
		way: 'streamEvents v2',
		use: async (model) => drain(eventsOf(model, QUESTION)),
	},
	{
		way: 'a streaming consumer behind invoke',
		use: (model) =>
			drain(
				RunnableLambda.from(async (_: string, config) =>
					model.invoke(QUESTION, config),
				).streamEvents('', { version: 'v2' }),
			),
	},
];

describe.each(forms)('$name', ({ name, usage, make }) => {
	it.each(ways)('asks and records once for each request: $way', async ({ calls = 1, use }) => {
		const bench = suite.bench();

		await use(await bench.guard(make()));

		expect(suite.vendor.requests).toHaveLength(calls);
		expect(bench.asks()).toHaveLength(calls);
		expect(bench.records()).toHaveLength(calls);
		for (const record of bench.records()) expect(record).toMatchObject({ usage, statusCode: 200 });
		for (const { output } of bench.runs) expect(output).toMatchObject({ attempts: 1, usage });
	});

	it('asks and records once when a consumer reads the events of the model itself', async () => {
		const bench = suite.bench();

		await drain((await bench.guard(make())).streamEvents(QUESTION));

		expect(suite.vendor.requests).toHaveLength(1);
		expect(bench.asks()).toHaveLength(1);
		expect(bench.records()).toEqual([
			expect.objectContaining({ usage: name === 'Anthropic' ? WITHOUT_LIFETIMES : usage }),
		]);
	});

	it('counts once when the model streams within invoke', async () => {
		const bench = suite.bench();

		await (await bench.guard(make({ streaming: true }))).invoke(QUESTION);

		expect(suite.vendor.requests).toHaveLength(1);
		expect(suite.vendor.requests[0]?.body).toMatchObject({ stream: true });
		expect(bench.asks()).toHaveLength(1);
		expect(bench.records()).toEqual([expect.objectContaining({ usage })]);
	});

	it('counts once when the model is guarded twice', async () => {
		const bench = suite.bench();
		const model = await bench.guard(await bench.guard(make()));

		await model.invoke(QUESTION);

		expect(bench.asks()).toHaveLength(1);
		expect(bench.records()).toHaveLength(1);
	});

	it('names the model that answered, the request and the price', async () => {
		const bench = suite.bench();

		await (await bench.guard(make())).invoke(QUESTION);

		const provider = name === 'Anthropic' ? 'anthropic' : 'openai';
		expect(bench.records()).toEqual([
			expect.objectContaining({
				provider,
				model: expect.stringMatching(/-20\d{6}$|-20\d\d-\d\d-\d\d$/),
				requestId: expect.stringMatching(/_1$|-1$/),
				endpoint: expect.stringMatching(
					/^127\.0\.0\.1:\d+\/v1\/(chat\/completions|responses|messages)$/,
				),
				workflowId: 'wf_1',
				nodeName: 'LLM Fuse Model',
			}),
		]);
		const [run] = bench.runs;
		expect(run?.output?.['costMicroCents']).toBeGreaterThan(0);
		expect(run?.output?.['costUsd']).toMatch(/^0\.0000?\d+$/);
	});

	it('never passes a text of the prompt or the answer on', async () => {
		const bench = suite.bench();

		await (await bench.guard(make())).invoke(QUESTION);
		await drain(await (await bench.guard(make())).stream(QUESTION));

		const seen = JSON.stringify([bench.exchanges.map(({ body }) => body), bench.runs, bench.hints]);
		expect(seen).not.toMatch(/fuse do|protect|circuits/);
	});
});

it('serves structured output through the tools it binds', async () => {
	const bench = suite.bench();
	const model = await bench.guard(suite.openAi());

	const answer = await model
		.withStructuredOutput(schema, { name: 'answer', method: 'functionCalling' })
		.invoke(QUESTION);

	expect(answer).toEqual({ a: 1 });
	expect(suite.vendor.requests).toHaveLength(1);
	expect(bench.asks()).toHaveLength(1);
	expect(bench.records()).toHaveLength(1);
});

it('serves structured output of Anthropic through the binding it makes', async () => {
	const bench = suite.bench();
	const model = await bench.guard(suite.anthropic());

	const answer = await model.withStructuredOutput(schema, { name: 'answer' }).invoke(QUESTION);

	expect(answer).toEqual({ a: 1 });
	expect(bench.asks()).toHaveLength(1);
	expect(bench.records()).toEqual([expect.objectContaining({ usage: USAGE.anthropic })]);
});
