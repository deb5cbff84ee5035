import { NodeApiError } from 'n8n-workflow';
import { AT_ONCE, drain, Suite } from './suite.ts';

const suite = new Suite();

const TOO_MANY = {
	status: 429,
	headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-limit-requests': '10' },
	body: { error: { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded' } },
};
const OVERLOADED = {
	status: 529,
	body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
};
const BAD = { status: 400, body: { error: { message: 'bad', type: 'invalid_request_error' } } };

const models = [
	{ name: 'ChatOpenAI', make: () => suite.openAi({ maxRetries: 2 }), trouble: TOO_MANY },
	{ name: 'ChatAnthropic', make: () => suite.anthropic({ maxRetries: 2 }), trouble: OVERLOADED },
] as const;

describe.each(models)('$name', ({ make, trouble }) => {
	it('is asked for and recorded at each attempt, and answers once', async () => {
		suite.vendor.troubles.push(trouble);
		const bench = suite.bench({ parameters: { options: AT_ONCE } });
		const model = await bench.guard(make());

		const answer = await model.invoke('hi');

		expect(answer.text).toBe('Fuses protect circuits.');
		expect(suite.vendor.requests).toHaveLength(2);
		expect(bench.asks()).toHaveLength(2);
		expect(bench.records().map(({ statusCode }) => statusCode)).toEqual([trouble.status, 200]);
		expect(new Set(bench.exchanges.map(({ body }) => body['id'])).size).toBe(3);
		expect(bench.runs).toHaveLength(1);
		expect(bench.runs[0]?.output).toMatchObject({ attempts: 2 });
	});

	it('bills nothing for an attempt that the vendor refused', async () => {
		suite.vendor.troubles.push(trouble);
		const bench = suite.bench({ parameters: { options: AT_ONCE } });

		await (await bench.guard(make())).invoke('hi');

		expect(bench.records()[0]).toMatchObject({ usage: { inputUncached: 0, output: 0 } });
	});

	it('is not called again after an error that will not go away', async () => {
		suite.vendor.troubles.push(BAD);
		const bench = suite.bench({ parameters: { options: AT_ONCE } });
		const model = await bench.guard(make());

		await expect(model.invoke('hi')).rejects.toMatchObject({ status: 400 });

		expect(suite.vendor.requests).toHaveLength(1);
		expect(bench.records()).toEqual([expect.objectContaining({ statusCode: 400 })]);
		expect(bench.runs[0]?.output).toMatchObject({ failed: 'invalidRequest', statusCode: 400 });
	});

	it('is not called more often than the user wants, with bound tools either', async () => {
		suite.vendor.troubles.push(trouble, trouble, trouble);
		const retry = { policy: { initialDelayMs: 0, maxAttempts: 2 } };
		const bench = suite.bench({ parameters: { options: { retry } } });
		const model = (await bench.guard(make())).bindTools([]);

		await expect(model.invoke('hi')).rejects.toMatchObject({ status: trouble.status });

		expect(suite.vendor.requests).toHaveLength(2);
		expect(bench.asks()).toHaveLength(2);
	});

	it('streams again when nothing was handed out yet', async () => {
		suite.vendor.troubles.push(trouble);
		const bench = suite.bench({ parameters: { options: AT_ONCE } });

		const parts = await drain(await (await bench.guard(make())).stream('hi'));

		expect(parts).toBeGreaterThan(3);
		expect(bench.asks()).toHaveLength(2);
		expect(bench.records()).toHaveLength(2);
	});

	it('leaves the lease of a call without an answer to run out', async () => {
		suite.vendor.troubles.push({ hangUp: true });
		const bench = suite.bench({ parameters: { options: AT_ONCE } });

		await (await bench.guard(make())).invoke('hi');

		expect(bench.asks()).toHaveLength(2);
		expect(bench.records().map(({ statusCode }) => statusCode)).toEqual([200]);
		expect(bench.sent('release')).toEqual([]);
	});
});

it('passes on what the vendor said about its limits', async () => {
	suite.vendor.troubles.push(TOO_MANY);
	const bench = suite.bench({ parameters: { options: AT_ONCE } });

	await (await bench.guard(suite.openAi())).invoke('hi');

	expect(bench.records()[0]).toMatchObject({ rateLimitHeaders: TOO_MANY.headers });
});

it('retries what n8n has wrapped into errors of its own', async () => {
	suite.vendor.troubles.push(TOO_MANY);
	const bench = suite.bench({ parameters: { options: AT_ONCE } });
	const node = { id: '1', name: 'OpenAI', type: 't', typeVersion: 1, parameters: {} };
	// As n8n's handler of failed attempts does.
	const onFailedAttempt = (error: unknown): never => {
		throw new NodeApiError({ ...node, position: [0, 0] }, error as never, {
			functionality: 'configuration-node',
		});
	};

	await (await bench.guard(suite.openAi({ onFailedAttempt, maxRetries: 2 }))).invoke('hi');

	expect(suite.vendor.requests).toHaveLength(2);
	expect(bench.records().map(({ statusCode }) => statusCode)).toEqual([429, 200]);
});

it('keeps the model from retrying by itself when a call brings a number of retries', async () => {
	suite.vendor.troubles.push(OVERLOADED, OVERLOADED);
	const retry = { policy: { initialDelayMs: 0, maxAttempts: 1 } };
	const bench = suite.bench({ parameters: { options: { retry } } });
	const model = await bench.guard(suite.anthropic());

	await expect(model.invoke('hi', { maxRetries: 5 })).rejects.toThrow();

	expect(suite.vendor.requests).toHaveLength(1);
});
