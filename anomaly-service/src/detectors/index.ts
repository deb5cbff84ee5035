import { budgetThreshold } from './budgetThreshold.ts';
import { cacheHitRatio } from './cacheHitRatio.ts';
import type { Detector } from './detector.ts';
import { errorRate } from './errorRate.ts';
import { latencyP95 } from './latencyP95.ts';
import { noData } from './noData.ts';
import { providerErrorRate } from './providerErrorRate.ts';
import { providerLatencyP95 } from './providerLatencyP95.ts';
import { repeatedCall } from './repeatedCall.ts';
import { spendCap } from './spendCap.ts';
import { spikeRatio } from './spikeRatio.ts';
import type { DetectorThresholds, HealthThresholds } from './thresholds.ts';
import { vectorDistance } from './vectorDistance.ts';

/** Those that look at what is stored of a call and of a score: what a backtest replays, in the order they are asked. */
const REPLAYED = [spendCap, spikeRatio, vectorDistance] as const;

/** Those that look at what is known of the present only. A new one is one file and one line. */
const LIVE = [
	budgetThreshold,
	repeatedCall,
	errorRate,
	latencyP95,
	cacheHitRatio,
	noData,
	providerErrorRate,
	providerLatencyP95,
] as const;

export function createReplayedDetectors(thresholds: DetectorThresholds): readonly Detector[] {
	return REPLAYED.map((create) => create(thresholds));
}

/** Every detector that is not switched off. */
export function createDetectors(
	thresholds: DetectorThresholds & { health: HealthThresholds },
): readonly Detector[] {
	const { health } = thresholds;
	const all = [
		...createReplayedDetectors(thresholds),
		...LIVE.map((create): Detector => create(health)),
	];

	return all.filter(({ name }) => !health.detectorsOff.has(name));
}
