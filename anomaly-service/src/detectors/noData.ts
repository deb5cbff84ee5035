import type { Finding } from '../../../core/finding.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import type { Detector } from './detector.ts';
import type { HealthThresholds } from './thresholds.ts';

/**
 * Flags when a tenant that made calls at this time on each of the last days like this one has been silent for an hour of
 * such time: its workflows stand still, or its usage does not reach the service. Quiet at night, of tenants of less than a
 * week, and once a silence has gone on past the tenant's usual hours: who stops for good is told of once.
 */
export function noData({ noDataMs }: Pick<HealthThresholds, 'noDataMs'>): Detector<Finding> {
	return {
		name: 'noData',
		runsOn: 'tick',
		restsInMaintenance: true,
		inspect({ activity, asOf, surroundings }) {
			const { lastAt } = activity.rhythm;
			if (!surroundings || asOf - lastAt < noDataMs) return undefined;
			const missedMs = activity.rhythm.missedMs(asOf, surroundings.listeningSince);
			if (missedMs < noDataMs) return undefined;

			return {
				rule: 'noData',
				severity: 'warning',
				verdict: 'flag',
				tellsOnly: true,
				// Silence does not get worse by lasting: nobody has to be told again.
				strength: 1,
				evidence: {
					lastCallAt: new Date(lastAt).toISOString(),
					silentMinutes: Math.floor((asOf - lastAt) / MINUTE_MS),
					usuallyActiveMinutesMissed: missedMs / MINUTE_MS,
					thresholdMinutes: noDataMs / MINUTE_MS,
				},
			};
		},
	};
}
