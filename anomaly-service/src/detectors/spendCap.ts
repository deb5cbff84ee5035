import { formatUsd, type MicroCents } from '../../../core/money.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Detector } from './detector.ts';

/** Trips when the last 60 s cost more than the cap: the last resort, with no false alarm on any real trace. */
export function spendCap({ capMicroCents }: { capMicroCents: MicroCents }): Detector<Finding> {
	return {
		name: 'spendCap',
		runsOn: 'usage',
		restsInMaintenance: false,
		inspect({ activity, asOf }) {
			const { microCents, requests, endpoint } = activity.lastMinute(asOf);
			if (microCents <= capMicroCents) return undefined;

			return {
				rule: 'spendCap',
				severity: 'critical',
				verdict: 'trip',
				strength: microCents / capMicroCents,
				evidence: {
					spentUsdInLastMinute: formatUsd(microCents),
					capUsdPerMinute: formatUsd(capMicroCents),
					requestsInLastMinute: requests,
					endpoint,
				},
			};
		},
	};
}
