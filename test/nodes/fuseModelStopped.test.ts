import { ALLOW, scriptedBench, StreamingModel } from '../contract/langchain/scripted.ts';
import { drain } from '../contract/langchain/suite.ts';

const HI = [{ content: 'hi', getType: () => 'human' }];
const CACHE = { parameters: { options: { cacheMinutes: 5 } } };

/** As LangChain's classes for OpenAI, Ollama and Gemini: their streams end without a word when they are aborted. */
class SilentModel extends StreamingModel {
	abort = new AbortController();
	abortAt = 1;

	constructor() {
		super();
		// What changes with each call would be taken for a parameter of the answer.
		for (const name of ['calls', 'abortAt']) {
			Object.defineProperty(this, name, { enumerable: false });
		}
	}

	override async *_streamResponseChunks(...given: unknown[]): AsyncGenerator {
		this.beforeChunk = (index) => {
			if (index === this.abortAt) this.abort.abort();
		};
		for await (const chunk of super._streamResponseChunks(...given)) {
			if (this.abort.signal.aborted) return;
			yield chunk;
		}
	}

	invocationParams(): object {
		return { temperature: 0 };
	}

	again(): { signal: AbortSignal } {
		this.abort = new AbortController();
		this.abortAt = Infinity;
		return { signal: this.abort.signal };
	}
}

const ways = [
	{
		way: 'A stream',
		use: async (model: SilentModel, options: object) =>
			drain(model._streamResponseChunks(HI, options)),
	},
	{
		way: 'An answer made out of a stream',
		use: async (model: SilentModel, options: object) => model._generate(HI, options),
	},
];

describe.each(ways)('$way that ended because it was stopped', ({ use }) => {
	it('is not kept for the next call', async () => {
		const bench = scriptedBench([ALLOW], CACHE);
		const model = await bench.guard(new SilentModel());

		await use(model, { signal: model.abort.signal });
		await use(model, model.again());
		await use(model, model.again());

		expect(model.calls).toBe(2);
		expect(bench.runs.map(({ output }) => output?.['fromCache'])).toEqual([false, false, true]);
	});

	it('is recorded as an estimate', async () => {
		const bench = scriptedBench([ALLOW]);
		const model = await bench.guard(new SilentModel());

		await use(model, { signal: model.abort.signal });

		expect(bench.records()).toEqual([expect.objectContaining({ estimated: true })]);
	});
});

it('a stream that was stopped before its first part is shown as cancelled', async () => {
	const bench = scriptedBench([ALLOW], CACHE);
	const model = await bench.guard(new SilentModel());
	model.abortAt = 0;

	await drain(model._streamResponseChunks(HI, { signal: model.abort.signal }));

	expect(bench.runs[0]?.output).toMatchObject({ failed: 'cancelled' });
	expect(bench.records()).toEqual([]);
});

it('an answer that holds itself reaches its consumer, and is not kept', async () => {
	const bench = scriptedBench([ALLOW], CACHE);
	const model = await bench.guard(new SilentModel());
	const raw: Record<string, unknown> = {};
	raw['response'] = raw;
	model.chunks = [{ content: 'A fuse.', response_metadata: raw }];
	model.abortAt = Infinity;

	await drain(model._streamResponseChunks(HI, {}));
	await drain(model._streamResponseChunks(HI, {}));

	expect(model.calls).toBe(2);
});
