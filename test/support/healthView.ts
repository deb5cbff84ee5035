import type {
	ProviderHealth,
	Surroundings,
	TenantView,
} from '../../anomaly-service/src/detectors/detector.ts';
import { ProviderTally } from '../../anomaly-service/src/stages/providerTally.ts';
import { TenantActivity } from '../../anomaly-service/src/stages/tenantActivity.ts';
import type { Levels } from '../../core/behaviour/levels.ts';
import type { Call } from '../../core/behaviour/minuteSums.ts';

/** A Wednesday. */
export const NOON = Date.UTC(2026, 9, 14, 12);

export const CHAT = 'api.openai.com/v1/chat/completions';

/** An ordinary call at noon. */
export function madeCall(changes: Partial<Call> = {}): Call {
	return {
		...{ at: NOON, endpoint: CHAT, model: 'gpt-4o', input: 1000, cached: 0, output: 100 },
		...{ contextTokens: 128_000, latencyMs: 900, failed: false, costMicroCents: 1000 },
		...{ caller: '', keyId: '', execution: '', provider: 'openai', statusCode: 200 },
		...changes,
	};
}

export const failedCall = (statusCode: number, changes: Partial<Call> = {}) =>
	madeCall({ failed: true, statusCode, output: 0, ...changes });

export function times(count: number, made: (index: number) => Call): Call[] {
	return Array.from({ length: count }, (_, index) => made(index));
}

function activityOf(calls: readonly Call[], now = NOON): TenantActivity {
	const activity = new TenantActivity();
	for (const call of calls) activity.observe(call, Math.max(call.at, now));

	return activity;
}

export const NOTHING_AROUND: Surroundings = {
	...{ budgets: [], interactiveQueueAgeMs: 0, levels: undefined, listeningSince: 0, providers: [] },
};

/** A tenant with these calls, at noon. */
export function viewOf(
	calls: readonly Call[],
	{ asOf = NOON, ...around }: Partial<Surroundings & { asOf: number }> = {},
): TenantView {
	return {
		...{ tenantId: 'acme', asOf, activity: activityOf(calls, asOf), score: undefined },
		surroundings: { ...NOTHING_AROUND, ...around },
	};
}

/** Providers as these tenants' calls show them. */
export function providersOf(
	tenants: Readonly<Record<string, readonly Call[]>>,
	levels?: Levels,
): ProviderHealth[] {
	const tally = new ProviderTally(NOON);
	for (const [tenantId, calls] of Object.entries(tenants)) {
		tally.add(tenantId, activityOf(calls), levels);
	}
	return tally.providers();
}
