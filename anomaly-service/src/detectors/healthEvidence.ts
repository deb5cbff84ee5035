import { MINUTE_MS } from '../../../core/durations.ts';
import type { HealthSums } from '../../../core/health/healthWindow.ts';
import type { ProviderHealth, ProviderShare, TenantView } from './detector.ts';

/** Minutes that the detectors of health look at. */
export const HEALTH_MINUTES = 15;
export const HEALTH_MS = HEALTH_MINUTES * MINUTE_MS;

/** The share of `part` in `whole`, in per cent with one decimal. */
export function percent(part: number, whole: number): number {
	return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}

/** The endpoint with the most of what is counted; '' when there is none. */
export function worstEndpoint(
	parts: Iterable<HealthSums>,
	count: (part: HealthSums) => number,
): string {
	const endpoints = new Map<string, number>();
	for (const part of parts) {
		endpoints.set(part.endpoint, (endpoints.get(part.endpoint) ?? 0) + count(part));
	}
	const [worst] = [...endpoints].sort(([, a], [, b]) => b - a);

	return worst?.[0] ?? '';
}

/**
 * Of several tenants all but the one with the most of what is counted: one tenant's wrong key or endless prompts are no
 * outage of its provider. Where only one calls, it is all there is to go by.
 */
export function othersThanWorst(
	shares: readonly ProviderShare[],
	count: (sums: HealthSums) => number,
): readonly ProviderShare[] {
	if (shares.length < 2) return shares;

	return [...shares].sort((a, b) => count(b.sums) - count(a.sums)).slice(1);
}

/** One finding for all providers that are unwell: the worst of them, with the names of the others. */
export function worstProvider<T extends { strength: number; provider: string }>(
	view: TenantView,
	judge: (health: ProviderHealth) => T | undefined,
): { worst: T; also: string[] } | undefined {
	const [worst, ...others] = (view.surroundings?.providers ?? [])
		.flatMap((health) => judge(health) ?? [])
		.sort((a, b) => b.strength - a.strength);

	return worst && { worst, also: others.map(({ provider }) => provider) };
}
