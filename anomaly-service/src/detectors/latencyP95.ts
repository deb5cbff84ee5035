import type { Finding } from '../../../core/finding.ts';
import { totalHealth, type HealthSums } from '../../../core/health/healthWindow.ts';
import { latencyQuantile } from '../../../core/health/latencies.ts';
import { slowdownOf } from '../../../core/health/slowdown.ts';
import type { Detector, Surroundings, TenantView } from './detector.ts';
import { HEALTH_MINUTES, HEALTH_MS, worstEndpoint } from './healthEvidence.ts';
import type { HealthThresholds } from './thresholds.ts';

type Thresholds = Pick<
	HealthThresholds,
	| 'latencyP95Ms'
	| 'latencySlowdownPct'
	| 'latencyMinCalls'
	| 'interactiveLatencyP95Ms'
	| 'interactiveQueueAgeMs'
>;

/**
 * Flags when one in twenty answers of the last 15 minutes took longer than 10 s, and calls take twice as long as calls of
 * their sizes usually take: a model that thinks for a minute is slow every day, and nobody wants to hear it. Without a
 * baseline nothing is known to be usual, and the limit counts alone. It is high when people wait as well: answers above 18
 * s while their interactive calls have queued for more than four minutes.
 */
export function latencyP95(thresholds: Thresholds): Detector<Finding> {
	return {
		name: 'latencyP95',
		runsOn: 'tick',
		restsInMaintenance: true,
		inspect: (view) => inspect(view, thresholds),
	};
}

/** What was measured, and what of it is beyond its limit. */
type Measured = {
	p95: number;
	queueAgeMs: number;
	/** Undefined: nothing is known to be usual. */
	pctOfUsual: number | undefined;
	peopleWait: boolean;
};

function inspect(view: TenantView, thresholds: Thresholds): Finding | undefined {
	const { activity, asOf } = view;
	const { latencyP95Ms, latencyMinCalls, interactiveLatencyP95Ms } = thresholds;
	const parts = activity.health.at(asOf, HEALTH_MINUTES);
	const { timed, slowestMs } = totalHealth(parts.values());
	// Also spares nearly everybody the histogram.
	if (timed < latencyMinCalls || slowestMs <= Math.min(latencyP95Ms, interactiveLatencyP95Ms)) {
		return undefined;
	}
	const measured = measure(view, parts, thresholds);
	if (!measured) return undefined;

	const { p95, queueAgeMs, pctOfUsual, peopleWait } = measured;
	const endpoint = worstEndpoint(parts.values(), (part) => part.latencyMs);
	return {
		rule: 'latencyP95',
		severity: peopleWait ? 'high' : 'warning',
		verdict: 'flag',
		looksBackMs: HEALTH_MS,
		tellsOnly: true,
		strength: p95 / latencyP95Ms,
		evidence: {
			p95LatencyMs: Math.round(p95),
			thresholdMs: peopleWait ? interactiveLatencyP95Ms : latencyP95Ms,
			slowestMs: Math.round(slowestMs),
			...(pctOfUsual === undefined ? {} : { percentOfUsual: Math.round(pctOfUsual) }),
			answeredCalls: timed,
			...(queueAgeMs > 0 ? { interactiveQueueAgeMs: queueAgeMs } : {}),
			windowMinutes: HEALTH_MINUTES,
			endpoint,
		},
		faultyEndpoint: endpoint,
	};
}

/** Undefined: nothing of it is beyond its limit. */
function measure(
	{ activity, asOf, surroundings }: TenantView,
	parts: ReadonlyMap<string, HealthSums>,
	thresholds: Thresholds,
): Measured | undefined {
	const p95 = latencyQuantile(activity.health.latencies(asOf, HEALTH_MINUTES), 0.95);
	const queueAgeMs = surroundings?.interactiveQueueAgeMs ?? 0;
	const pctOfUsual = percentOfUsual(parts, surroundings);
	const peopleWait =
		p95 > thresholds.interactiveLatencyP95Ms && queueAgeMs > thresholds.interactiveQueueAgeMs;
	const isSlow =
		p95 > thresholds.latencyP95Ms &&
		(pctOfUsual === undefined || pctOfUsual >= thresholds.latencySlowdownPct);

	return peopleWait || isSlow ? { p95, queueAgeMs, pctOfUsual, peopleWait } : undefined;
}

function percentOfUsual(
	parts: ReadonlyMap<string, HealthSums>,
	surroundings: Surroundings | undefined,
): number | undefined {
	const slowdown = slowdownOf(parts, surroundings?.levels?.latencyLines);

	return slowdown && (100 * slowdown.actualMs) / slowdown.expectedMs;
}
