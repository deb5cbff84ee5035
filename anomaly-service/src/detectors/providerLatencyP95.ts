import type { Finding } from '../../../core/finding.ts';
import { totalHealth } from '../../../core/health/healthWindow.ts';
import { latencyQuantile } from '../../../core/health/latencies.ts';
import type { Detector, ProviderHealth, ProviderShare } from './detector.ts';
import { HEALTH_MINUTES, othersThanWorst, worstProvider } from './healthEvidence.ts';
import type { HealthThresholds } from './thresholds.ts';

type Thresholds = Pick<HealthThresholds, 'latencyP95Ms' | 'latencySlowdownPct' | 'latencyMinCalls'>;

/**
 * Tells operations that a provider answers everybody slowly: as `latencyP95`, over all tenants whose usual is known, and
 * without the one that waited longest.
 */
export function providerLatencyP95(thresholds: Thresholds): Detector<Finding> {
	return {
		name: 'providerLatencyP95',
		runsOn: 'tick',
		restsInMaintenance: true,
		inspect(view) {
			const found = worstProvider(view, (health) => judge(health, thresholds));
			if (!found) return undefined;

			const { provider, p95, pctOfUsual, timed, strength, tenants } = found.worst;
			return {
				rule: 'providerLatencyP95',
				severity: 'high',
				verdict: 'flag',
				tellsOnly: true,
				strength,
				evidence: {
					provider,
					p95LatencyMs: Math.round(p95),
					thresholdMs: thresholds.latencyP95Ms,
					percentOfUsual: Math.round(pctOfUsual),
					answeredCalls: timed,
					tenantsLookedAt: tenants,
					windowMinutes: HEALTH_MINUTES,
					...(found.also.length > 0 ? { alsoSlow: found.also } : {}),
				},
				faultyEndpoint: provider,
			};
		},
	};
}

/** A tenant of which nothing is known may think for minutes every day: it says nothing of the provider. */
function judge({ provider, shares, latencies }: ProviderHealth, thresholds: Thresholds) {
	const { latencyP95Ms, latencyMinCalls, latencySlowdownPct } = thresholds;
	const known = shares.filter(({ slowdown }) => slowdown !== undefined);
	const looked = othersThanWorst(known, ({ latencyMs }) => latencyMs);
	const { timed, slowestMs } = totalHealth(looked.map(({ sums }) => sums));
	if (timed < latencyMinCalls || slowestMs <= latencyP95Ms) return undefined;

	const pctOfUsual = percentOfUsual(looked);
	if (pctOfUsual < latencySlowdownPct) return undefined;
	const p95 = latencyQuantile(latencies(looked.map(({ tenantId }) => tenantId)), 0.95);
	if (p95 <= latencyP95Ms) return undefined;

	return { provider, p95, pctOfUsual, timed, tenants: looked.length, strength: p95 / latencyP95Ms };
}

function percentOfUsual(shares: readonly ProviderShare[]): number {
	let actual = 0;
	let expected = 0;
	for (const { slowdown } of shares) {
		actual += slowdown?.actualMs ?? 0;
		expected += slowdown?.expectedMs ?? 0;
	}
	return expected === 0 ? 0 : (100 * actual) / expected;
}
