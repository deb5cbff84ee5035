import { formatUsd } from '../../../core/money.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Detector } from './detector.ts';

/** A ratio over a few calls says nothing: real tenants quadruple from 2 to 8 calls a minute many times a day. */
const MIN_REQUESTS = 20;
/** Without a day of history there is no average to be over. */
const MIN_HOURS = 24;

/**
 * Flags when the last 60 s cost `ratioPct` per cent of usual or more. Usual is the larger of the 7-day mean and the
 * same hour of the week, so that a busy Monday morning is not a spike. It never trips: as an alarm of its own this
 * rule rings 20 times per tenant-week on real traffic.
 */
export function spikeRatio({ ratioPct }: { ratioPct: number }): Detector<Finding> {
	return {
		name: 'spikeRatio',
		runsOn: 'usage',
		restsInMaintenance: true,
		inspect({ activity, asOf }) {
			const { microCents, requests, endpoint } = activity.lastMinute(asOf);
			if (requests < MIN_REQUESTS) return undefined;
			const { weekMean, sameHour, hours } = activity.usualPerMinute(asOf);
			const usual = Math.max(weekMean, sameHour);
			if (hours < MIN_HOURS || usual <= 0) return undefined;

			const pct = (100 * microCents) / usual;
			if (pct < ratioPct) return undefined;

			return {
				rule: 'spikeRatio',
				severity: 'warning',
				verdict: 'flag',
				strength: pct / ratioPct,
				evidence: {
					spentUsdInLastMinute: formatUsd(microCents),
					usualUsdPerMinute: formatUsd(Math.round(usual)),
					percentOfUsual: Math.round(pct),
					thresholdPercent: ratioPct,
					requestsInLastMinute: requests,
					endpoint,
				},
			};
		},
	};
}
