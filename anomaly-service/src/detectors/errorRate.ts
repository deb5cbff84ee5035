import type { Finding } from '../../../core/finding.ts';
import { totalHealth } from '../../../core/health/healthWindow.ts';
import type { Detector } from './detector.ts';
import { HEALTH_MINUTES, HEALTH_MS, percent, worstEndpoint } from './healthEvidence.ts';
import type { HealthThresholds } from './thresholds.ts';

/**
 * Fewer failures are chance: of 20 calls with an error rate of 5 to 8 %, five fail several times a week. With ten they do
 * not, and a tenant whose calls all fail has them after ten.
 */
const MIN_FAILED = 10;
/** From here on most of what is asked fails. */
const HIGH_PCT = 50;

/**
 * Flags when more than a fifth of a tenant's calls of the last 15 minutes failed, whoever's fault it is: at a vendor that
 * throttles, with a key that was revoked, or with a request that is wrong.
 */
export function errorRate({
	errorRatePct,
	errorMinCalls,
}: Pick<HealthThresholds, 'errorRatePct' | 'errorMinCalls'>): Detector<Finding> {
	return {
		name: 'errorRate',
		runsOn: 'tick',
		restsInMaintenance: true,
		inspect({ activity, asOf }) {
			const parts = activity.health.at(asOf, HEALTH_MINUTES);
			const { calls, failed, unavailable } = totalHealth(parts.values());
			if (calls < errorMinCalls || failed < MIN_FAILED) return undefined;
			if (failed * 100 <= errorRatePct * calls) return undefined;

			const endpoint = worstEndpoint(parts.values(), (part) => part.failed);
			return {
				rule: 'errorRate',
				severity: failed * 100 > HIGH_PCT * calls ? 'high' : 'warning',
				verdict: 'flag',
				looksBackMs: HEALTH_MS,
				tellsOnly: true,
				strength: (100 * failed) / calls / errorRatePct,
				evidence: {
					failedPercent: percent(failed, calls),
					thresholdPercent: errorRatePct,
					calls,
					failedCalls: failed,
					failedAtVendorsFault: unavailable,
					windowMinutes: HEALTH_MINUTES,
					endpoint,
				},
				faultyEndpoint: endpoint,
			};
		},
	};
}
