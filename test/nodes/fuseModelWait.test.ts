import { MovedClock } from '../contract/langchain/movedClock.ts';
import {
	ALLOW,
	PlainModel,
	reject,
	scriptedBench,
	StreamingModel,
} from '../contract/langchain/scripted.ts';
import { drain } from '../contract/langchain/suite.ts';
import { thrownBy } from './support/thrown.ts';

const HI = [{ content: 'hi' }];

/** A model whose vendor has no room for the first request, and asks to come back after ten seconds. */
function busyAtFirst(): PlainModel {
	const model = new PlainModel();
	const { answer } = model;
	model.answer = async () => {
		if (model.calls > 1) return await answer();
		throw Object.assign(new Error('429'), { status: 429, headers: { 'retry-after': '10' } });
	};
	return model;
}

describe('a call without room', () => {
	it('waits when there will be room soon, and says how long it did', async () => {
		const clock = new MovedClock();
		const bench = scriptedBench([reject(5_000), ALLOW], { clock });
		const model = await bench.guard(new PlainModel());

		const answer = model._generate(HI, {});
		await clock.move(4_900);
		expect(model.calls).toBe(0);
		await clock.move(200);
		await answer;

		expect(bench.asks()).toHaveLength(2);
		expect(bench.runs[0]?.output).toMatchObject({ waitedMs: 5_000, attempts: 1 });
	});

	it('does not wait for longer than the user lets it, all waits together', async () => {
		const clock = new MovedClock();
		const parameters = { options: { maxWaitSeconds: 12 } };
		const bench = scriptedBench([reject(5_000)], { clock, parameters });
		const model = await bench.guard(new PlainModel());

		const refused = thrownBy(model._generate(HI, {}));
		await clock.move(15_000);

		expect((await refused).message).toBe(
			'LLM Fuse refused this call of tenant acme: Limit daily is full.',
		);
		expect(bench.asks()).toHaveLength(3);
		expect(model.calls).toBe(0);
	});

	it('does not wait at all when time does not help', async () => {
		const bench = scriptedBench([reject(null)]);
		const model = await bench.guard(new PlainModel());

		const { description } = await thrownBy(model._generate(HI, {}));

		expect(description).toContain('Time alone does not help');
	});

	it('may wait as long after the provider was waited for', async () => {
		const clock = new MovedClock();
		const parameters = {
			options: { maxWaitSeconds: 12, retry: { policy: { initialDelayMs: 0 } } },
		};
		const bench = scriptedBench([ALLOW, reject(5_000), ALLOW], { clock, parameters });
		const model = await bench.guard(busyAtFirst());

		const answered = model._generate(HI, {});
		await clock.move(16_000);
		await answered;

		expect(bench.runs[0]?.output).toMatchObject({ waitedMs: 15_000, attempts: 2 });
	});

	it('has its whole time for retries once there was room', async () => {
		const clock = new MovedClock();
		const retry = { policy: { initialDelayMs: 0, maxElapsedSeconds: 20 } };
		const bench = scriptedBench([reject(15_000), ALLOW], {
			clock,
			parameters: { options: { retry } },
		});
		const model = await bench.guard(busyAtFirst());

		const answered = model._generate(HI, {});
		await clock.move(26_000);

		await expect(answered).resolves.toBeDefined();
	});

	it('stops waiting when the execution is stopped', async () => {
		const clock = new MovedClock();
		const stop = new AbortController();
		const bench = scriptedBench([reject(20_000), ALLOW], { clock });
		const model = await bench.guard(new PlainModel());

		const stopped = expect(model._generate(HI, { signal: stop.signal })).rejects.toThrow(/abort/i);
		await clock.move(1_000);
		stop.abort();
		await clock.move(1_000);

		await stopped;
		expect(bench.asks()).toHaveLength(1);
		expect(model.calls).toBe(0);
	});

	it('is not asked for again in its execution until there may be room', async () => {
		const clock = new MovedClock();
		const bench = scriptedBench([reject(60_000), ALLOW], { clock });
		const model = await bench.guard(new PlainModel());

		await thrownBy(model._generate(HI, {}));
		await thrownBy(model._generate(HI, {}));
		expect(bench.asks()).toHaveLength(1);
		await clock.move(60_000);
		await model._generate(HI, {});

		expect(bench.asks()).toHaveLength(2);
	});

	it('is left to a fallback model when only its own model has no room', async () => {
		const bench = scriptedBench([reject(null, { scope: 'model' }), ALLOW]);
		const model = await bench.guard(new PlainModel());

		await thrownBy(model._generate(HI, {}));
		await model._generate(HI, {});

		expect(bench.asks()).toHaveLength(2);
	});
});

describe('the lease', () => {
	it('is renewed at half of its time until the vendor has answered, and not after', async () => {
		const clock = new MovedClock();
		const bench = scriptedBench([ALLOW], { clock });
		const model = await bench.guard(new PlainModel());
		let answer: () => void = () => undefined;
		model.answer = async () => {
			await new Promise<void>((resolve) => (answer = resolve));
			return {};
		};

		const call = model._generate(HI, {});
		await clock.move(59_000);
		expect(bench.sent('renew')).toHaveLength(0);
		await clock.move(122_000);
		expect(bench.sent('renew')).toHaveLength(3);
		answer();
		await call;
		await clock.move(600_000);

		expect(bench.sent('renew')).toHaveLength(3);
		expect(bench.sent('renew')[0]?.body).toEqual({ ttlSeconds: 120 });
	});

	it('is renewed while a stream is under way', async () => {
		const clock = new MovedClock();
		const bench = scriptedBench([ALLOW], { clock });
		const model = await bench.guard(new StreamingModel());
		model.beforeChunk = () => clock.move(61_000);

		await drain(model._streamResponseChunks(HI, {}));

		expect(bench.sent('renew')).toHaveLength(3);
	});

	it('is not renewed in a tight loop when an expression makes it last no time', async () => {
		const clock = new MovedClock();
		const parameters = { options: { leaseSeconds: 0 } };
		const bench = scriptedBench([ALLOW], { clock, parameters });
		const model = await bench.guard(new PlainModel());
		model.answer = async () => {
			await clock.move(10_000);
			return { generations: [] };
		};

		await model._generate(HI, {});

		expect(bench.asks()[0]?.body).toMatchObject({ ttlSeconds: 5 });
		expect(bench.sent('renew').length).toBeLessThanOrEqual(4);
	});

	it('runs out when the consumer has dropped the stream', async () => {
		const clock = new MovedClock();
		const bench = scriptedBench([ALLOW], { clock });
		const model = await bench.guard(new StreamingModel());

		await model._streamResponseChunks(HI, {}).next();
		await clock.move(3_600_000);

		expect(bench.sent('renew')).toHaveLength(0);
	});
});

describe('a service that does not answer', () => {
	it('stops every call, unless the user chose to continue', async () => {
		const bench = scriptedBench([undefined]);
		const model = await bench.guard(new PlainModel());

		const error = await thrownBy(model._generate(HI, {}));

		expect(error.message).toMatch(/gave no answer/);
		expect(model.calls).toBe(0);
	});

	it('lets calls through when the user chose so, marked and reported', async () => {
		const parameters = { options: { whenUnavailable: 'reportLater' } };
		const bench = scriptedBench([undefined], { parameters });
		const model = await bench.guard(new PlainModel());

		await model._generate(HI, {});
		await model._generate(HI, {});

		expect(model.calls).toBe(2);
		expect(bench.records()).toEqual(
			Array(2).fill(expect.not.objectContaining({ reservationId: 1 })),
		);
		expect(bench.exchanges.at(-1)?.path).toBe('/v1/usage');
		expect(bench.runs[0]?.output).toMatchObject({ degraded: true });
		expect(bench.hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('calls were made unchecked'),
		]);
	});

	it('does not cost an answer that is there already', async () => {
		const bench = scriptedBench([ALLOW], {
			answer: ({ path }) => (path === '/v1/reservations' ? ALLOW : undefined),
			parameters: { options: { reportMinutes: 0 } },
		});
		const model = await bench.guard(new PlainModel());

		await expect(model._generate(HI, {})).resolves.toBeDefined();

		expect(bench.runs[0]?.output).toMatchObject({ recorded: false });
		expect(bench.hints).toHaveLength(1);
	});

	it('is not a wrong key: that stops calls whatever the user chose', async () => {
		const parameters = { options: { whenUnavailable: 'reportLater' } };
		const denied = { statusCode: 401, body: { detail: 'This service key is not known' } };
		const bench = scriptedBench([denied], { parameters });
		const model = await bench.guard(new PlainModel());

		const error = await thrownBy(model._generate(HI, {}));

		expect(error.message).toBe('The LLM Fuse service does not know this service key');
		expect(model.calls).toBe(0);
	});
});
