import type { Score, TenantView } from '../../../anomaly-service/src/detectors/detector.ts';
import { spendCap } from '../../../anomaly-service/src/detectors/spendCap.ts';
import { spikeRatio } from '../../../anomaly-service/src/detectors/spikeRatio.ts';
import { vectorDistance } from '../../../anomaly-service/src/detectors/vectorDistance.ts';
import { TenantActivity } from '../../../anomaly-service/src/stages/tenantActivity.ts';
import type { FeatureName } from '../../../core/behaviour/features.ts';
import { reasonWords } from '../../../core/reasonWords.ts';

const NOON = Date.UTC(2026, 9, 14, 12);
const HOUR = 3_600_000;
const USD = 100_000_000;

function view(
	calls: { at: number; usd: number; endpoint?: string }[],
	changes: Partial<TenantView> = {},
): TenantView {
	const activity = new TenantActivity();
	for (const { at, usd, endpoint = 'api.openai.com/v1/chat/completions' } of calls) {
		activity.observe(
			{
				at,
				endpoint,
				model: 'gpt-4o',
				input: 1000,
				cached: 0,
				output: 100,
				contextTokens: 128_000,
				latencyMs: 900,
				failed: false,
				costMicroCents: Math.round(usd * USD),
				caller: '',
				keyId: '',
				execution: '',
			},
			NOON,
		);
	}
	return { tenantId: 'acme', asOf: NOON, activity, score: undefined, ...changes };
}

const spread = (count: number, usdEach: number) =>
	Array.from({ length: count }, (_, index) => ({ at: NOON - index * 1000, usd: usdEach }));

/** A week at one dollar an hour. */
const quietWeek = Array.from({ length: 168 }, (_, hour) => ({
	at: NOON - (hour + 1) * HOUR,
	usd: 1,
}));

describe('spendCap', () => {
	const detector = spendCap({ capMicroCents: 10 * USD });

	it('trips above ten dollars in 60 seconds and not at ten', () => {
		expect(detector.inspect(view(spread(10, 1)))).toBeUndefined();
		expect(detector.inspect(view(spread(11, 1)))).toMatchObject({
			verdict: 'trip',
			severity: 'critical',
			evidence: {
				spentUsdInLastMinute: '11.00',
				capUsdPerMinute: '10.00',
				requestsInLastMinute: 11,
			},
		});
	});

	it('does not add up what is more than a minute apart', () => {
		const apart = [
			{ at: NOON - 61_000, usd: 9 },
			{ at: NOON, usd: 9 },
		];
		expect(detector.inspect(view(apart))).toBeUndefined();
	});

	it('names the endpoint most of the money went to', () => {
		const calls = [
			{ at: NOON, usd: 1, endpoint: 'api.openai.com/v1/embeddings' },
			{ at: NOON, usd: 12, endpoint: 'api.anthropic.com/v1/messages' },
		];
		expect(detector.inspect(view(calls))?.evidence).toMatchObject({
			endpoint: 'api.anthropic.com/v1/messages',
		});
	});
});

describe('spikeRatio', () => {
	const detector = spikeRatio({ ratioPct: 400 });

	it('flags 400 % of the 7-day average, and never trips', () => {
		// A dollar an hour is 1/60 dollar a minute; 30 calls of 1/300 dollar are six times that.
		expect(detector.inspect(view([...quietWeek, ...spread(30, 1 / 300)]))).toMatchObject({
			verdict: 'flag',
			severity: 'warning',
			evidence: { percentOfUsual: 600, thresholdPercent: 400 },
		});
	});

	it('is quiet below the ratio', () => {
		expect(detector.inspect(view([...quietWeek, ...spread(30, 1 / 600)]))).toBeUndefined();
	});

	it('compares with the same hour of the week when that is the busier one', () => {
		const busyHour = { at: NOON - 168 * HOUR, usd: 60 };

		expect(detector.inspect(view([...quietWeek, busyHour, ...spread(30, 1 / 10)]))).toBeUndefined();
	});

	it('says nothing about a handful of calls or a tenant of less than a day', () => {
		expect(detector.inspect(view([...quietWeek, ...spread(19, 1)]))).toBeUndefined();
		expect(
			detector.inspect(view([{ at: NOON - 23 * HOUR, usd: 1 }, ...spread(30, 1)])),
		).toBeUndefined();
	});
});

describe('vectorDistance', () => {
	const reason = {
		...{ feature: 'spend' as const, windowMinutes: 5 as const, weight: 0.5 },
		...{ raw: 4.5, usual: 0.5 },
	};
	const inspect = (strength: number, changes: Partial<Score> = {}, tripStrength?: number) =>
		vectorDistance({ tripStrength }).inspect(
			view([], {
				score: {
					...{ at: NOON, distance: 0.2, strength, reasons: [reason], suppressedBy: null },
					...changes,
				},
			}),
		);

	it('flags beyond the limit, and says in words what moved', () => {
		expect(vectorDistance({ tripStrength: undefined }).inspect(view([]))).toBeUndefined();
		expect(inspect(1)).toBeUndefined();
		expect(inspect(1.6)).toMatchObject({
			...{ verdict: 'flag', severity: 'high', strength: 1.6, isSuppressed: false },
			evidence: {
				...{ cosineDistance: 0.2, timesTheLimit: 1.6, reasons: [reason] },
				moved: ['spend in 5 min: 4 standard deviations above the usual'],
			},
		});
	});

	it('trips only when told to, from the strength it was told', () => {
		expect(inspect(3)).toMatchObject({ verdict: 'flag', severity: 'critical' });
		expect(inspect(3, {}, 2.5)).toMatchObject({ verdict: 'trip' });
		expect(inspect(2.4, {}, 2.5)).toMatchObject({ verdict: 'flag' });
	});

	it('says of what somebody called fine that it is to be left alone', () => {
		expect(inspect(1.6, { suppressedBy: 'fbk_1' })).toMatchObject({ isSuppressed: true });
	});
});

describe('what a feature says in words', () => {
	const words = (feature: FeatureName, raw: number, usual: number) =>
		reasonWords({ feature, windowMinutes: 15, weight: 1, raw, usual });

	it('is in standard deviations, and of logarithms in times the usual', () => {
		expect(words('costPerRequest', 4, 0.5)).toBe(
			'cost of a request in 15 min: 3.5 standard deviations above the usual',
		);
		expect(words('volume', -14, 0)).toContain('14 standard deviations below the usual');
		expect(words('execution', Math.log(30), 0)).toContain('in 15 min: 30 times the usual');
	});
});
