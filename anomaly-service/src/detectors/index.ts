import type { MicroCents } from '../../../core/money.ts';
import type { Detector } from './detector.ts';
import { spendCap } from './spendCap.ts';
import { spikeRatio } from './spikeRatio.ts';
import { vectorDistance } from './vectorDistance.ts';

export type DetectorThresholds = {
	capMicroCents: MicroCents;
	ratioPct: number;
	tripStrength: number | undefined;
};

/** Every detector, in the order they are asked. A new one is one file and one line. */
export function createDetectors(thresholds: DetectorThresholds): readonly Detector[] {
	return [spendCap(thresholds), spikeRatio(thresholds), vectorDistance(thresholds)];
}
