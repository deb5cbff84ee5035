import { createDetectors } from '../../../anomaly-service/src/detectors/index.ts';
import { providerErrorRate } from '../../../anomaly-service/src/detectors/providerErrorRate.ts';
import { providerLatencyP95 } from '../../../anomaly-service/src/detectors/providerLatencyP95.ts';
import { readConfig } from '../../../anomaly-service/src/config.ts';
import type { Levels } from '../../../core/behaviour/levels.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import {
	CHAT,
	failedCall,
	madeCall,
	providersOf,
	times,
	viewOf,
} from '../../support/healthView.ts';

const config = readConfig({});
const { health } = config;
type Tenants = Record<string, readonly Call[]>;

const failing = (failed: number, calls: number, status = 503, changes: Partial<Call> = {}) =>
	times(calls, (n) => (n < failed ? failedCall(status, changes) : madeCall(changes)));

describe('providerErrorRate', () => {
	const detector = providerErrorRate(health);
	const inspect = (tenants: Tenants) =>
		detector.inspect(viewOf([], { providers: providersOf(tenants) }));

	it('tells when everybody’s calls fail at the provider, and names it as what is faulty', () => {
		expect(inspect({ a: failing(30, 100), b: failing(30, 100), c: failing(0, 10) })).toMatchObject({
			...{ rule: 'providerErrorRate', severity: 'high', faultyEndpoint: 'openai' },
			evidence: { provider: 'openai', failedPercent: 28.6, tenantsCalling: 3, tenantsFailing: 2 },
		});
		expect(inspect({ a: failing(90, 100), b: failing(90, 100) })).toMatchObject({
			severity: 'critical',
		});
	});

	it('is silent at a fifth', () => {
		expect(inspect({ a: failing(50, 100), b: failing(20, 100) })).toBeUndefined();
		expect(inspect({ a: failing(50, 100), b: failing(21, 100) })).toBeDefined();
	});

	it('takes no single tenant for an outage unless it is the only one', () => {
		expect(inspect({ a: failing(500, 500), b: failing(1, 100) })).toBeUndefined();
		expect(inspect({ a: failing(500, 500) })).toBeDefined();
	});

	it('does not count what is throttled or wrong', () => {
		expect(inspect({ a: failing(90, 100, 429), b: failing(90, 100, 401) })).toBeUndefined();
	});

	it('tells of two providers at once in one finding', () => {
		const other = { provider: 'mistral_ai', endpoint: 'api.mistral.ai/v1/chat/completions' };
		const found = inspect({
			a: [...failing(50, 100), ...failing(90, 100, 500, other)],
			b: [...failing(50, 100), ...failing(90, 100, 500, other)],
		});

		expect(found).toMatchObject({ evidence: { provider: 'mistral_ai', alsoFailing: ['openai'] } });
	});

	it('says nothing of a tenant', () => {
		expect(detector.inspect(viewOf(failing(100, 100)))).toBeUndefined();
	});
});

describe('providerLatencyP95', () => {
	const detector = providerLatencyP95(health);
	const lines = (ms: number) =>
		({
			latencyLines: new Map([[`${CHAT}|gpt-4o`, { start: ms, perInput: 0, perOutput: 0 }]]),
		}) as unknown as Levels;
	const slow = (latencyMs: number) => times(30, () => madeCall({ latencyMs }));

	it('tells when everybody waits twice as long as usual, and longer than 10 s', () => {
		const all = { a: slow(12_000), b: slow(12_000) };
		const inspect = (tenants: Tenants, usualMs?: number) =>
			detector.inspect(
				viewOf([], {
					providers: providersOf(tenants, usualMs === undefined ? undefined : lines(usualMs)),
				}),
			);

		expect(inspect(all, 6000)).toMatchObject({
			...{ severity: 'high', faultyEndpoint: 'openai' },
			evidence: { percentOfUsual: 200, tenantsLookedAt: 1, answeredCalls: 30 },
		});
		expect(inspect(all, 7000)).toBeUndefined();
		expect(inspect({ a: slow(9000), b: slow(9000) }, 1000)).toBeUndefined();
		expect(inspect({ a: slow(12_000), b: slow(900) }, 1000)).toBeUndefined();
		expect(inspect(all)).toBeUndefined();
	});
});

describe('the list of detectors', () => {
	it('has every one that is not switched off', () => {
		const names = createDetectors(config).map(({ name }) => name);
		const off = readConfig({ FUSE_DETECTORS_OFF: 'noData, latencyP95' });

		expect(names).toHaveLength(11);
		expect(createDetectors(off).map(({ name }) => name)).toEqual(
			names.filter((name) => name !== 'noData' && name !== 'latencyP95'),
		);
	});

	it('can switch off each of them by its name, and no other', () => {
		const names = createDetectors(config).map(({ name }) => name);

		expect(createDetectors(readConfig({ FUSE_DETECTORS_OFF: names.join(',') }))).toEqual([]);
		expect(() => readConfig({ FUSE_DETECTORS_OFF: 'noDate' })).toThrow('FUSE_DETECTORS_OFF');
	});
});
