import { NO_USAGE } from '../../core/usage.ts';
import { completion, gate, MeterBench } from './support/meterBench.ts';
import { thrownBy } from './support/thrown.ts';

let bench: MeterBench;

beforeEach(async () => {
	bench = new MeterBench();
	await bench.start();
});
afterEach(async () => await bench.service.close());

it('a request id that is longer than the service keeps does not lose the usage', async () => {
	await bench.run([{ ...completion(1, 1), id: 'x'.repeat(500) }]);

	expect(bench.events()).toMatchObject([{ data: { requestId: 'x'.repeat(200) } }]);
});

describe('usage that is missing', () => {
	it('is estimated and flagged, the input as the Gate held it', async () => {
		const body = {
			object: 'chat.completion',
			model: 'gpt-4o-mini',
			choices: [{ message: { content: 'x'.repeat(41) } }],
		};
		const upstream = gate({ tenantId: 'acme', estimatedInputTokens: 300 });

		const [item] = await bench.run([body], {}, { upstream });

		expect(bench.events()).toMatchObject([
			{ data: { estimated: true, usage: { inputUncached: 300, output: 11 } } },
		]);
		expect(item?.json['fuse']).toMatchObject({ recorded: true, estimated: true });
	});

	it('is not the same as an explicit zero', async () => {
		await bench.run([completion(0, 0)]);

		expect(bench.events()).toMatchObject([{ data: { usage: NO_USAGE } }]);
		expect(bench.events()[0]).not.toHaveProperty('data.estimated');
	});

	it('is estimated from texts for nodes that hide it', async () => {
		const parameters = { usageFrom: 'text', promptText: 'x'.repeat(8), answerText: 'y'.repeat(5) };

		await bench.run([{}], { ...parameters, provider: 'openai', model: 'gpt-4o-mini' });

		expect(bench.events()).toMatchObject([
			{ data: { estimated: true, usage: { inputUncached: 2, output: 2 } } },
		]);
	});

	it('is nothing when the call failed, yet the failure is reported', async () => {
		const body = { statusCode: 429, headers: {}, body: { error: { message: 'slow down' } } };
		const upstream = gate({ tenantId: 'acme', provider: 'openai', model: 'gpt-4o-mini' });

		await bench.run([body], {}, { upstream });

		expect(bench.events()).toMatchObject([{ data: { statusCode: 429, usage: NO_USAGE } }]);
		expect(bench.events()[0]).not.toHaveProperty('data.estimated');
	});

	it('is an error that says what to do when the item is no response at all', async () => {
		const error = await thrownBy(bench.run([{ output: 'the text of an agent' }]));

		expect(error.message).toBe('No usage was found in this item');
		expect(error.description).toContain('Numbers or Text');
	});
});

describe('explicit numbers', () => {
	const numbers = { usageFrom: 'numbers', provider: 'openai', model: 'gpt-4o-mini' };

	it('are taken as they are', async () => {
		const parameters = {
			inputTokens: 10,
			cacheReadTokens: 20,
			cacheWriteTokens: 30,
			outputTokens: 0,
		};

		await bench.run([{}], { ...numbers, ...parameters });

		expect(bench.events()).toMatchObject([
			{ data: { usage: { inputUncached: 10, cacheRead: 20, cacheWrite5m: 30, output: 0 } } },
		]);
	});

	it('are refused with field, value and type when they are none', async () => {
		const error = await thrownBy(bench.run([{}], { ...numbers, outputTokens: '12' }));

		expect(error.message).toBe('Output Tokens is "12" (string), expected a whole number ≥ 0');
	});

	it('need a model, because without one there is no price', async () => {
		const error = await thrownBy(bench.run([{}], { ...numbers, model: '' }));

		expect(error.message).toContain('Model is not known');
	});
});

describe('items that cannot be recorded', () => {
	const contradiction = {
		...completion(10, 1),
		usage: {
			prompt_tokens: 10,
			completion_tokens: 1,
			prompt_tokens_details: { cached_tokens: 11 },
		},
	};

	it('are refused with the numbers that contradict each other', async () => {
		const error = await thrownBy(bench.run([contradiction]));

		expect(error.message).toContain('(11) cannot exceed prompt_tokens (10)');
	});

	it('do not hide what the other items spent', async () => {
		await thrownBy(bench.run([completion(1, 1), contradiction, completion(3, 3)]));

		expect(bench.events()).toHaveLength(2);
	});

	it('become error items when the user continues on errors', async () => {
		const bodies = [completion(1, 1), contradiction];

		const output = await bench.run(bodies, {}, { continueOnFail: true });

		expect(output).toMatchObject([
			{ json: { fuse: { recorded: true } }, pairedItem: { item: 0 } },
			{ json: { error: expect.stringContaining('cannot exceed') }, pairedItem: { item: 1 } },
		]);
		expect(output[1]?.json).not.toHaveProperty('fuse');
	});

	it('are named one by one when the service refuses some of a batch', async () => {
		const tenantId = (index: number) => (index === 1 ? 'unknown_tenant' : 'acme');
		const bodies = [completion(1, 1), completion(2, 2), completion(3, 3)];

		const output = await bench.run(bodies, { tenantId }, { continueOnFail: true });

		expect(output.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
		expect(output[1]?.json['error']).toContain('/subject: is not a tenant');
		expect(bench.events()).toHaveLength(2);
	});

	it('are named one by one when the service refuses the whole batch', async () => {
		const bodies = [completion(1, 1), completion(2, 2)];

		const error = await thrownBy(bench.run(bodies, { tenantId: 'unknown_tenant' }));

		expect(error.message).toContain('/subject: is not a tenant');
		expect(error.context['itemIndex']).toBe(0);
	});
});

describe('a service that does not answer', () => {
	it('stops the node by default, because a retry is safe', async () => {
		bench.service.override = () => ({ status: 503 });

		const error = await thrownBy(bench.run([completion(1, 1)]));

		expect(error.message).toContain('gave no answer');
		expect(error.description).toContain('status 503');
	});

	it.each([-5, '', 'an hour', 1.5])(
		'reports for no time that is none (%p): the node says so before anything is lost',
		async (reportForMinutes) => {
			await bench.service.close();
			const options = { whenUnavailable: 'continue', reportForMinutes };

			const error = await thrownBy(bench.run([completion(1, 1)], { options }));

			expect(error.message).toContain('Report Later For (Minutes) is');
		},
	);

	describe('while the execution goes on', () => {
		beforeEach(() => void jest.useFakeTimers({ doNotFake: ALL_BUT_SLEEP }));
		afterEach(() => void jest.useRealTimers());

		it('lets the item go on unrecorded when the user chose so', async () => {
			await bench.service.close();
			const hints: string[] = [];

			const [item] = await bench.run(
				[completion(1, 1)],
				{ options: { whenUnavailable: 'continue' } },
				{ hints },
			);

			expect(item?.json['fuse']).toMatchObject({ recorded: false, tenantId: 'acme' });
			expect(hints).toEqual([expect.stringContaining('not recorded yet')]);
		});

		it('is told in the background as soon as it is back, and counts it once', async () => {
			let isDown = true;
			bench.service.override = () => (isDown ? { status: 503 } : undefined);
			const options = { whenUnavailable: 'continue', reportForMinutes: 5 };

			const items = await bench.run([completion(1, 1), completion(2, 2)], { options });
			await passTime();
			isDown = false;
			await passTime();

			expect(items).toMatchObject([
				{ json: { fuse: { recorded: false, reportedForMinutes: 5 } } },
				{ json: { fuse: { recorded: false, reportedForMinutes: 5 } } },
			]);
			expect(bench.events()).toMatchObject([
				{ id: '1a2b3c4d:4711:Meter:0:0' },
				{ id: '1a2b3c4d:4711:Meter:0:1' },
			]);
			const asked = bench.service.exchanges.length;
			await passTime();
			expect(bench.service.exchanges).toHaveLength(asked);
		});

		it('is not told later by a node that fails closed', async () => {
			bench.service.override = () => ({ status: 503 });

			await thrownBy(bench.run([completion(1, 1)]));
			await passTime();

			expect(bench.service.exchanges).toHaveLength(1);
		});
	});
});

/** The service answers over a real socket; only the waiting between two reports is fast. */
const ALL_BUT_SLEEP = [
	...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
	...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
];

/** A minute for those who sleep, and time for what they then do. */
async function passTime(): Promise<void> {
	for (let second = 0; second < 60; second++) {
		await jest.advanceTimersByTimeAsync(1000);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

describe('a service that refuses the key', () => {
	it.each([
		['fuse_wrong', 'The LLM Fuse service does not know this service key', 'Service Key'],
		['fuse_asker', 'This service key may not report usage', 'role record'],
	])('says so for %s', async (apiKey, message, advice) => {
		bench.service.roles.set('fuse_asker', 'ask');

		const error = await thrownBy(
			bench.run([completion(1, 1)], {}, { credentials: { baseUrl: bench.baseUrl, apiKey } }),
		);

		expect(error.message).toBe(message);
		expect(error.description).toContain(advice);
	});
});
