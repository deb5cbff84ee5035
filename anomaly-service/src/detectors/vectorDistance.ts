import { HOUR_MS } from '../../../core/durations.ts';
import type { Severity } from '../../../core/alert.ts';
import { reasonWords } from '../../../core/reasonWords.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Detector } from './detector.ts';

/**
 * Flags when a snapshot lies farther from the tenant's baseline than the tenant's limit. It trips only when `tripStrength`
 * is set: at the shipped limit about one alert per tenant-week is false, too many to block a customer.
 */
export function vectorDistance({
	tripStrength,
}: {
	tripStrength: number | undefined;
}): Detector<Finding> {
	return {
		name: 'vectorDistance',
		runsOn: 'tick',
		restsInMaintenance: true,
		inspect({ score }) {
			if (!score || score.strength <= 1) return undefined;
			const { strength, distance, reasons, suppressedBy } = score;

			return {
				rule: 'vectorDistance',
				severity: severityOf(strength),
				verdict: tripStrength !== undefined && strength >= tripStrength ? 'trip' : 'flag',
				looksBackMs: HOUR_MS,
				strength,
				evidence: {
					cosineDistance: rounded(distance),
					timesTheLimit: rounded(strength),
					moved: reasons.map(reasonWords),
					reasons,
				},
				isSuppressed: suppressedBy !== null,
			};
		},
	};
}

function severityOf(strength: number): Severity {
	if (strength >= 2.5) return 'critical';

	return strength >= 1.5 ? 'high' : 'warning';
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}
