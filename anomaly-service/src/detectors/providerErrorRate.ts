import type { Finding } from '../../../core/finding.ts';
import { totalHealth } from '../../../core/health/healthWindow.ts';
import type { Detector } from './detector.ts';
import { HEALTH_MINUTES, othersThanWorst, percent, worstProvider } from './healthEvidence.ts';
import type { HealthThresholds } from './thresholds.ts';

/** From here on the provider is down for all that can be seen. */
const CRITICAL_PCT = 50;

/**
 * Tells operations that a provider fails everybody: more than a fifth of all tenants' calls of the last 15 minutes ended
 * in a timeout or 500 and above, also without the tenant that failed most. What is throttled or wrong is not counted.
 */
export function providerErrorRate({
	errorRatePct,
	errorMinCalls,
}: Pick<HealthThresholds, 'errorRatePct' | 'errorMinCalls'>): Detector<Finding> {
	return {
		name: 'providerErrorRate',
		runsOn: 'tick',
		restsInMaintenance: true,
		inspect(view) {
			const found = worstProvider(view, ({ provider, shares }) => {
				const others = othersThanWorst(shares, ({ unavailable }) => unavailable);
				const { calls, unavailable } = totalHealth(others.map(({ sums }) => sums));
				if (calls < errorMinCalls || unavailable * 100 <= errorRatePct * calls) return undefined;
				return { provider, shares, strength: (100 * unavailable) / calls / errorRatePct };
			});
			if (!found) return undefined;

			const { provider, shares, strength } = found.worst;
			const { calls, unavailable } = totalHealth(shares.map(({ sums }) => sums));
			return {
				rule: 'providerErrorRate',
				severity: strength * errorRatePct >= CRITICAL_PCT ? 'critical' : 'high',
				verdict: 'flag',
				tellsOnly: true,
				strength,
				evidence: {
					provider,
					failedPercent: percent(unavailable, calls),
					thresholdPercent: errorRatePct,
					calls,
					failedCalls: unavailable,
					tenantsCalling: shares.length,
					tenantsFailing: shares.filter(({ sums }) => sums.unavailable > 0).length,
					windowMinutes: HEALTH_MINUTES,
					...(found.also.length > 0 ? { alsoFailing: found.also } : {}),
				},
				faultyEndpoint: provider,
			};
		},
	};
}
