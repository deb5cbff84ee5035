import { MINUTE_MS } from '../../../core/durations.ts';
import type { Finding } from '../../../core/finding.ts';
import type { CacheUse } from '../../../core/health/cacheHistory.ts';
import type { HealthSums } from '../../../core/health/healthWindow.ts';
import type { Detector, TenantView } from './detector.ts';
import { percent } from './healthEvidence.ts';
import type { HealthThresholds } from './thresholds.ts';

/** An hour: cached prompts differ in length more than calls differ in anything else. */
const CACHE_MINUTES = 60;
/** With less, what is usual is not known: two days, and calls enough that one long prompt does not make the ratio. */
const MIN_DAYS = 2;
const MIN_CALLS_BEFORE = 200;

type Thresholds = Pick<HealthThresholds, 'cacheHitPct' | 'cacheHitDropPct' | 'cacheHitMinCalls'>;
/** Percent of the input that was cached. */
type Drop = { part: HealthSums; now: number; usual: number };

/**
 * Flags when a model's prompts, which vendors used to have in their caches, are no longer found there: less than 55 % of
 * the input tokens of the last hour, 15 points or more below the last seven days. Who never cached saves nothing and hears
 * nothing. What it finds is usually a time stamp or an id that somebody put at the beginning of a prompt.
 */
export function cacheHitRatio(thresholds: Thresholds): Detector<Finding> {
	const { cacheHitPct } = thresholds;

	return {
		name: 'cacheHitRatio',
		runsOn: 'tick',
		restsInMaintenance: true,
		inspect(view) {
			const worst = worstDrop(view, thresholds);
			if (!worst) return undefined;

			const { part, now, usual } = worst;
			return {
				rule: 'cacheHitRatio',
				severity: 'warning',
				verdict: 'flag',
				looksBackMs: CACHE_MINUTES * MINUTE_MS,
				tellsOnly: true,
				strength: cacheHitPct / Math.max(1, now),
				evidence: {
					cachedPercent: now,
					usualCachedPercent: usual,
					thresholdPercent: cacheHitPct,
					inputTokens: part.input,
					cachedInputTokens: part.cached,
					calls: part.calls - part.failed,
					windowMinutes: CACHE_MINUTES,
					endpoint: part.endpoint,
					model: part.model,
				},
				faultyEndpoint: part.endpoint,
			};
		},
	};
}

/** The model that fell farthest below what it was. */
function worstDrop({ activity, asOf }: TenantView, thresholds: Thresholds): Drop | undefined {
	const drops: Drop[] = [];
	for (const [modelKey, before] of activity.cached.before(asOf)) {
		const usual = percent(before.cached, before.input);
		if (!isKnown(before) || usual < thresholds.cacheHitPct) continue;
		const part = activity.health.at(asOf, CACHE_MINUTES).get(modelKey);
		if (part) drops.push({ part, now: percent(part.cached, part.input), usual });
	}
	const [worst] = drops
		.filter((drop) => isDrop(drop, thresholds))
		.sort((a, b) => b.usual - b.now - (a.usual - a.now));

	return worst;
}

function isKnown({ calls, days }: CacheUse): boolean {
	return days >= MIN_DAYS && calls >= MIN_CALLS_BEFORE;
}

function isDrop({ part, now, usual }: Drop, thresholds: Thresholds): boolean {
	const { cacheHitPct, cacheHitDropPct, cacheHitMinCalls } = thresholds;
	if (part.input === 0 || part.calls - part.failed < cacheHitMinCalls) return false;

	return now < cacheHitPct && usual - now >= cacheHitDropPct;
}
