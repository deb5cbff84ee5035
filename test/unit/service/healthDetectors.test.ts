import { cacheHitRatio } from '../../../anomaly-service/src/detectors/cacheHitRatio.ts';
import { errorRate } from '../../../anomaly-service/src/detectors/errorRate.ts';
import { latencyP95 } from '../../../anomaly-service/src/detectors/latencyP95.ts';
import { noData } from '../../../anomaly-service/src/detectors/noData.ts';
import { repeatedCall } from '../../../anomaly-service/src/detectors/repeatedCall.ts';
import { readConfig } from '../../../anomaly-service/src/config.ts';
import type { Levels } from '../../../core/behaviour/levels.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/durations.ts';
import { CHAT, failedCall, madeCall, NOON, times, viewOf } from '../../support/healthView.ts';

const { health } = readConfig({});

/** What a tenant's baseline says of its models: so many ms, whatever their size. */
const usually = (ms: number) =>
	({
		latencyLines: new Map([[`${CHAT}|gpt-4o`, { start: ms, perInput: 0, perOutput: 0 }]]),
	}) as unknown as Levels;

describe('errorRate', () => {
	const detector = errorRate(health);
	const inspect = (failed: number, calls: number) =>
		detector.inspect(viewOf(times(calls, (n) => (n < failed ? failedCall(500) : madeCall()))));

	it('flags more than a fifth, and not a fifth', () => {
		expect(inspect(20, 100)).toBeUndefined();
		expect(inspect(21, 100)).toMatchObject({
			...{ rule: 'errorRate', severity: 'warning', verdict: 'flag', faultyEndpoint: CHAT },
			evidence: { failedPercent: 21, calls: 100, failedCalls: 21, failedAtVendorsFault: 21 },
		});
		expect(inspect(51, 100)).toMatchObject({ severity: 'high' });
	});

	it('takes neither one of four nor nine of twenty for more than chance', () => {
		expect(inspect(1, 4)).toBeUndefined();
		expect(inspect(19, 19)).toBeUndefined();
		expect(inspect(9, 20)).toBeUndefined();
		expect(inspect(10, 20)).toBeDefined();
	});

	it('looks at the last 15 minutes, and names the endpoint that failed most', () => {
		const old = times(50, () => failedCall(500, { at: NOON - 15 * MINUTE_MS }));
		expect(detector.inspect(viewOf([...old, ...times(30, () => madeCall())]))).toBeUndefined();

		const mixed = [
			...times(30, () => madeCall()),
			...times(20, () => failedCall(429, { endpoint: 'api.mistral.ai/v1/chat/completions' })),
		];
		expect(detector.inspect(viewOf(mixed))).toMatchObject({
			faultyEndpoint: 'api.mistral.ai/v1/chat/completions',
			evidence: { failedAtVendorsFault: 0 },
		});
	});
});

describe('latencyP95', () => {
	const detector = latencyP95(health);
	const slow = (count: number, latencyMs: number) =>
		times(100, (n) => madeCall({ latencyMs: n < count ? latencyMs : 900 }));

	it('flags when more than one answer in twenty took longer than 10 s, and not at 10 s', () => {
		expect(detector.inspect(viewOf(slow(5, 30_000)))).toBeUndefined();
		expect(detector.inspect(viewOf(slow(6, 10_000)))).toBeUndefined();
		expect(detector.inspect(viewOf(slow(6, 10_400)))).toMatchObject({
			...{ severity: 'warning', faultyEndpoint: CHAT },
			evidence: { p95LatencyMs: expect.any(Number), thresholdMs: 10_000, slowestMs: 10_400 },
		});
	});

	it('wants twenty answers, and counts no failed call as one', () => {
		expect(
			detector.inspect(viewOf(times(19, () => madeCall({ latencyMs: 60_000 })))),
		).toBeUndefined();
		const failed = times(90, () => failedCall(500, { latencyMs: 60_000 }));
		expect(detector.inspect(viewOf([...failed, ...times(30, () => madeCall())]))).toBeUndefined();
	});

	it('leaves a model alone that always takes so long, and flags it at twice the usual', () => {
		const all = (latencyMs: number) => times(30, () => madeCall({ latencyMs }));

		expect(detector.inspect(viewOf(all(30_000), { levels: usually(30_000) }))).toBeUndefined();
		expect(detector.inspect(viewOf(all(59_000), { levels: usually(30_000) }))).toBeUndefined();
		expect(detector.inspect(viewOf(all(60_000), { levels: usually(30_000) }))).toMatchObject({
			evidence: { percentOfUsual: 200 },
		});
	});

	it('is high when people wait in the queue as well, usual or not', () => {
		const calls = times(30, () => madeCall({ latencyMs: 20_000 }));
		const around = (interactiveQueueAgeMs: number) => ({
			...{ levels: usually(20_000), interactiveQueueAgeMs },
		});

		expect(detector.inspect(viewOf(calls, around(240_000)))).toBeUndefined();
		expect(detector.inspect(viewOf(calls, around(240_001)))).toMatchObject({
			severity: 'high',
			evidence: { interactiveQueueAgeMs: 240_001, thresholdMs: 18_000 },
		});
		const quicker = times(30, () => madeCall({ latencyMs: 17_000 }));
		expect(detector.inspect(viewOf(quicker, { ...around(240_001), levels: usually(17_000) }))).toBe(
			undefined,
		);
	});
});

describe('cacheHitRatio', () => {
	const detector = cacheHitRatio(health);
	const before = (cached: number, days = 3) =>
		Array.from({ length: days }, (_, day) =>
			times(100, () => madeCall({ at: NOON - (day + 1) * DAY_MS, cached })),
		).flat();
	const lately = (cached: number, calls = 50) =>
		times(calls, () => madeCall({ at: NOON - 20 * MINUTE_MS, cached }));
	const inspect = (calls: readonly Call[]) => detector.inspect(viewOf(calls));

	it('flags a fall below 55 %, and not 55 %', () => {
		expect(inspect([...before(800), ...lately(550)])).toBeUndefined();
		expect(inspect([...before(800), ...lately(549)])).toMatchObject({
			severity: 'warning',
			evidence: { cachedPercent: 54.9, usualCachedPercent: 80, model: 'gpt-4o', calls: 50 },
		});
	});

	it('wants a fall of 15 points: who is always at 56 % hears nothing of 54 %', () => {
		expect(inspect([...before(560), ...lately(540)])).toBeUndefined();
		expect(inspect([...before(560), ...lately(410)])).toBeDefined();
	});

	it('says nothing to who never cached, has one day of history or few calls', () => {
		expect(inspect([...before(0), ...lately(0)])).toBeUndefined();
		expect(inspect([...before(500), ...lately(0)])).toBeUndefined();
		expect(inspect([...before(800, 1), ...lately(0)])).toBeUndefined();
		expect(inspect([...before(800), ...lately(0, 49)])).toBeUndefined();
	});
});

describe('noData', () => {
	const detector = noData(health);
	/** Every ten minutes of nine days until eleven. */
	const calls = times(9 * 144, (n) => madeCall({ at: NOON - HOUR_MS - (n + 1) * 10 * MINUTE_MS }));

	it('flags an hour of silence of who was never silent, and says since when', () => {
		expect(detector.inspect(viewOf(calls, { asOf: NOON - MINUTE_MS }))).toBeUndefined();
		expect(detector.inspect(viewOf(calls))).toMatchObject({
			...{ severity: 'warning', verdict: 'flag', strength: 1 },
			evidence: {
				lastCallAt: '2026-10-14T10:50:00.000Z',
				silentMinutes: 70,
				usuallyActiveMinutesMissed: 60,
			},
		});
	});

	it('does not take its own downtime for silence', () => {
		const listeningSince = NOON - 30 * MINUTE_MS;

		expect(detector.inspect(viewOf(calls, { listeningSince }))).toBeUndefined();
	});
});

describe('repeatedCall', () => {
	const detector = repeatedCall(health);
	const inspect = (count: number, changes: Partial<Call>) =>
		detector.inspect(viewOf(times(count, (n) => madeCall({ at: NOON - n * 1000, ...changes }))));
	const inExecution = { execution: '7', caller: 'n8n|wf|Agent' };

	it('flags the fifth time of the same tool call in one execution, and the tenth of the same prompt', () => {
		expect(inspect(4, { ...inExecution, toolCallHash: 'abababab' })).toBeUndefined();
		expect(inspect(5, { ...inExecution, toolCallHash: 'abababab' })).toMatchObject({
			...{ severity: 'warning', verdict: 'flag', strength: 1, faultyEndpoint: CHAT },
			evidence: { repeated: 'toolCall', execution: '7', timesInWindow: 5, windowSeconds: 300 },
		});
		expect(inspect(9, { ...inExecution, promptHash: 'abababab' })).toBeUndefined();
		expect(inspect(10, { ...inExecution, promptHash: 'abababab' })).toBeDefined();
		expect(inspect(20, { ...inExecution, promptHash: 'abababab' })).toMatchObject({
			severity: 'high',
		});
	});

	it('wants three times as many of a caller whose executions are different', () => {
		const caller = { caller: 'n8n|wf|Agent', promptHash: 'abababab' };

		expect(inspect(29, caller)).toBeUndefined();
		expect(inspect(30, caller)).toMatchObject({ evidence: { caller: 'n8n|wf|Agent' } });
	});

	it('does not add up what is more than five minutes apart', () => {
		const calls = times(10, (n) =>
			madeCall({ ...inExecution, promptHash: 'abababab', at: NOON - n * MINUTE_MS }),
		);

		expect(detector.inspect(viewOf(calls))).toBeUndefined();
	});

	it('trips when a configuration says so', () => {
		const tripping = repeatedCall({ ...health, repeatedVerdict: 'trip' });
		const calls = times(5, () => madeCall({ ...inExecution, toolCallHash: 'abababab' }));

		expect(tripping.inspect(viewOf(calls))).toMatchObject({ verdict: 'trip' });
	});

	it('begins anew when a tenant was let go', () => {
		const view = viewOf(times(5, () => madeCall({ ...inExecution, toolCallHash: 'abababab' })));
		view.activity.forgive(NOON);

		expect(detector.inspect(view)).toBeUndefined();
	});
});
