import type { AIMessageChunk } from '@langchain/core/messages';
import { newMemory } from '../../../nodes/FuseModel/processMemory.ts';
import { AT_ONCE, drain, eventsOf, Suite } from './suite.ts';
import { USAGE } from './wire.ts';

const suite = new Suite();

const models = [
	{ name: 'ChatOpenAI', make: () => suite.openAi(), usage: USAGE.openAiChat },
	{ name: 'ChatAnthropic', make: () => suite.anthropic(), usage: USAGE.anthropic },
];

describe.each(models)('a stream of $name', ({ make, name }) => {
	it('settles what it used when its consumer leaves early', async () => {
		const bench = suite.bench();
		const model = await bench.guard(make());

		for await (const { text } of await model.stream('What is it?')) if (text) break;

		expect(bench.asks()).toHaveLength(1);
		expect(bench.records()).toEqual([
			expect.objectContaining({
				estimated: true,
				usage: expect.objectContaining({ output: expect.any(Number) }),
			}),
		]);
		const [record] = bench.records();
		expect(record?.['usage']).toMatchObject(
			name === 'ChatAnthropic' ? { inputUncached: 10, cacheRead: 5 } : { inputUncached: 7 },
		);
		expect((record?.['usage'] as { output: number }).output).toBeGreaterThan(0);
	});

	it('settles what it used when it is aborted', async () => {
		suite.vendor.troubles.push({ partsThenSilence: 4 });
		const bench = suite.bench();
		const model = await bench.guard(make());
		const abort = new AbortController();

		const read = async (): Promise<void> => {
			for await (const { text } of await model.stream('hi', { signal: abort.signal })) {
				if (text) abort.abort();
			}
		};
		await expect(read()).rejects.toThrow();
		// LangChain tells its consumer at once, and the model a moment later.
		for (let i = 0; i < 2000 && bench.records().length === 0; i++) await new Promise(setImmediate);

		expect(bench.records()).toEqual([expect.objectContaining({ estimated: true })]);
	});

	it('is not made again once a part was handed out', async () => {
		suite.vendor.troubles.push({ partsThenHangUp: 4 });
		const bench = suite.bench({ parameters: { options: AT_ONCE } });
		const model = await bench.guard(make());

		await expect(async () => drain(await model.stream('hi'))).rejects.toThrow();

		expect(suite.vendor.requests).toHaveLength(1);
		expect(bench.records()).toEqual([expect.objectContaining({ estimated: true })]);
		expect(bench.runs[0]?.output).toMatchObject({ estimated: true, failed: expect.any(String) });
	});
});

it('estimates what a vendor does not report, and says so', async () => {
	suite.vendor.reportsUsage = false;
	const bench = suite.bench();
	const model = await bench.guard(suite.openAi());

	await drain(await model.stream('What is it?'));
	await model.invoke('What is it?');

	// 11 characters and 4 tokens for the message; 24 characters in three chunks, or as one.
	const input = { inputUncached: 7 };
	expect(bench.records()).toEqual([
		expect.objectContaining({ estimated: true, usage: expect.objectContaining(input) }),
		expect.objectContaining({
			estimated: true,
			usage: expect.objectContaining({ ...input, output: 6 }),
		}),
	]);
	expect(bench.runs[1]?.output).toMatchObject({ estimated: true });
});

describe('a call that was stopped', () => {
	it('before it was asked for asks for nothing', async () => {
		const bench = suite.bench({ cancelSignal: AbortSignal.abort() });
		const model = await bench.guard(suite.openAi());

		await expect(model.invoke('hi')).rejects.toThrow();

		expect(bench.exchanges).toEqual([]);
		expect(suite.vendor.requests).toHaveLength(0);
	});

	it('after it was asked for gives its room back', async () => {
		const stop = new AbortController();
		const bench = suite.bench({ cancelSignal: stop.signal });
		const model = await bench.guard(suite.openAi());
		bench.afterExchange = () => stop.abort();

		await expect(model.invoke('hi')).rejects.toThrow();

		expect(suite.vendor.requests).toHaveLength(0);
		expect(bench.sent('release')).toHaveLength(1);
	});
});

describe('the response cache', () => {
	const options = { cacheMinutes: 5 };

	it.each(models)(
		'answers the same call of $name again without a request',
		async ({ make, usage }) => {
			const bench = suite.bench({ parameters: { options } });
			const model = await bench.guard(make());

			const first = await model.invoke('hi');
			const second = await model.invoke('hi');

			expect(second.text).toBe(first.text);
			expect(second.usage_metadata).toMatchObject({ input_tokens: 0, output_tokens: 0 });
			expect(suite.vendor.requests).toHaveLength(1);
			expect(bench.asks()).toHaveLength(1);
			expect(bench.runs.map(({ output }) => output)).toEqual([
				expect.objectContaining({ fromCache: false, usage }),
				expect.objectContaining({ fromCache: true, costMicroCents: 0, costUsd: '0.00' }),
			]);
		},
	);

	it('streams a kept stream as it came', async () => {
		const bench = suite.bench({ parameters: { options } });
		const model = await bench.guard(suite.openAi());
		const read = async () => {
			let text = '';
			for await (const { event, data } of eventsOf(model, 'hi')) {
				const chunk: unknown = data.chunk;
				if (event === 'on_chat_model_stream') text += (chunk as AIMessageChunk).text;
			}
			return text;
		};

		expect([await read(), await read()]).toEqual(Array(2).fill('Fuses protect circuits.'));
		expect(suite.vendor.requests).toHaveLength(1);
	});

	it('keeps tenants, prompts and tools apart', async () => {
		const memory = newMemory();
		const acme = suite.bench({ memory, parameters: { options } });
		const beta = suite.bench({ memory, parameters: { options, tenantId: 'beta' } });
		const model = await acme.guard(suite.openAi());

		await model.invoke('hi');
		await model.invoke('ho');
		await model.withConfig({ stop: ['x'] }).invoke('hi');
		await (await beta.guard(suite.openAi())).invoke('hi');

		expect(suite.vendor.requests).toHaveLength(4);
	});
});

it('warns once about what changes inside a cached system prompt, without its text', async () => {
	const bench = suite.bench();
	const model = await bench.guard(suite.openAi());
	const secret = '0b9f8f44-6a0e-4c39-9a7c-3a1f2f1d9a10';
	const system = `Order ${secret}. ${'Answer shortly and politely. '.repeat(300)}`;

	for (const question of ['hi', 'ho'])
		await model.invoke([
			['system', system],
			['human', question],
		]);

	expect(bench.hints).toHaveLength(1);
	expect(bench.hints[0]?.message).toMatch(/cached system prompt .*a UUID/);
	expect(JSON.stringify(bench.hints)).not.toContain(secret);
});

it('does not warn about what changes at the end of a prompt that the vendor caches by itself', async () => {
	const bench = suite.bench();
	const model = await bench.guard(suite.openAi());

	for (const order of [
		'0b9f8f44-6a0e-4c39-9a7c-3a1f2f1d9a10',
		'9c1185a5-c5e9-4f5b-8e5d-77ba5a2f0c3e',
	])
		await model.invoke([
			['system', `${'Answer shortly and politely. '.repeat(300)} Order ${order}.`],
			['human', 'hi'],
		]);

	expect(bench.hints).toEqual([]);
});
