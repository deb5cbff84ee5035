import { alertText } from '../../../core/alert.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantView } from '../detectors/detector.ts';

/** The body of a webhook: Standard Webhooks' `{type, timestamp, data}`, with the alert also parsed for convenience. */
export function eventBody(
	type: string,
	timestamp: string,
	data: Record<string, unknown> & { alertText: string },
): string {
	const alert: unknown = JSON.parse(data.alertText);

	return JSON.stringify({ type, timestamp, data: { ...data, alert } });
}

/** The alert of a finding, with the tenant's spend at that moment. */
export function alertOf(
	finding: Finding,
	{ tenantId, activity, asOf }: TenantView,
	breakerFired: boolean,
): string {
	const { microCents, endpoint } = activity.lastMinute(asOf);

	return alertText({
		severity: finding.severity,
		tenantId,
		spendPerMinute: microCents,
		faultyEndpoint: finding.faultyEndpoint ?? endpoint,
		breakerFired,
		at: asOf,
	});
}
