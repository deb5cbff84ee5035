import { formatUsd, type MicroCents } from './money.ts';

export type Severity = 'warning' | 'high' | 'critical';

const LEVEL: Record<Severity, string> = {
	critical: 'TIER_1_CRITICAL',
	high: 'TIER_2_HIGH',
	warning: 'TIER_3_WARNING',
};

export type Alert = {
	severity: Severity;
	tenantId: string;
	spendPerMinute: MicroCents;
	faultyEndpoint: string;
	breakerFired: boolean;
	/** Epoch ms; written in whole seconds. */
	at: number;
};

/**
 * The alert, byte for byte the same in every channel. Built as text, because a JSON number cannot keep the trailing
 * zero of 45.50 once a parser has touched it; whoever forwards it must forward this string.
 */
export function alertText(alert: Alert): string {
	const members = [
		['alert_level', JSON.stringify(LEVEL[alert.severity])],
		['tenant_id', JSON.stringify(alert.tenantId)],
		['spend_velocity_per_min', formatUsd(alert.spendPerMinute)],
		['faulty_endpoint', JSON.stringify(alert.faultyEndpoint)],
		['circuit_breaker_fired', String(alert.breakerFired)],
		['timestamp', JSON.stringify(`${new Date(alert.at).toISOString().slice(0, 19)}Z`)],
	];
	return `{${members.map(([key, value]) => `"${key}":${value}`).join(',')}}`;
}
