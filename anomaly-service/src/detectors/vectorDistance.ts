import type { Severity } from '../../../core/alert.ts';
import type { Detector } from './detector.ts';

/**
 * Flags when a snapshot lies farther from the tenant's baseline than the limit of its window. It trips only when
 * `tripStrength` is set: at the shipped limits about one alert per tenant-week is false, too many to block a customer.
 */
export function vectorDistance({ tripStrength }: { tripStrength: number | undefined }): Detector {
	return {
		name: 'vectorDistance',
		runsOn: 'tick',
		inspect({ scores }) {
			const [farthest] = [...scores].sort((a, b) => b.strength - a.strength);
			if (!farthest || farthest.strength <= 1) return undefined;
			const { strength, distance, windowMinutes, reasons } = farthest;

			return {
				rule: 'vectorDistance',
				severity: severityOf(strength),
				verdict: tripStrength !== undefined && strength >= tripStrength ? 'trip' : 'flag',
				strength,
				evidence: {
					windowMinutes,
					cosineDistance: rounded(distance),
					timesTheLimit: rounded(strength),
					reasons,
				},
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
