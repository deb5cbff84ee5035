import type { Limit } from '../../../core/limits.ts';
import type { ReleaseOutcome } from '../ports/counters.ts';
import type { Admission } from './admission.ts';
import type { ServiceAlerts } from './serviceAlerts.ts';

export type CanaryDependencies = {
	admission: Pick<Admission, 'ask'>;
	alerts: ServiceAlerts;
	release: (reservationId: string) => Promise<ReleaseOutcome>;
};

const CANARY_TENANT = 'llm-fuse-canary';

/** Nothing fits into it: a call that costs anything takes at least one micro-cent, and this one asks for two. */
export const CANARY_LIMIT: Limit = {
	id: 'llm-fuse-canary',
	scope: 'tenant',
	subject: null,
	unit: 'microCents',
	window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' },
	capacity: 1,
	audience: { kind: 'tenant', tenantId: CANARY_TENANT },
	shared: false,
	mode: 'enforce',
	whenOver: 'reject',
	whenStoreDown: 'closed',
};
const CANARY_MICRO_CENTS = 2;

/**
 * Asks for a call that must be refused, the way every caller asks. Enforcement that stopped working looks from outside
 * like a quiet day; an "allow" here is an alert.
 */
export class Canary {
	readonly #deps: CanaryDependencies;

	constructor(deps: CanaryDependencies) {
		this.#deps = deps;
	}

	async run(now: number): Promise<'refused' | 'allowed'> {
		const { admission, alerts, release } = this.#deps;
		const decision = await admission.ask(
			{
				call: { tenantId: CANARY_TENANT },
				microCents: CANARY_MICRO_CENTS,
				ttlMs: 1000,
				resume: undefined,
			},
			now,
		);
		if (decision.decision !== 'allow') return 'refused';

		await release(decision.reservationId);
		const evidence = {
			capacityMicroCents: CANARY_LIMIT.capacity,
			askedMicroCents: CANARY_MICRO_CENTS,
		};
		await alerts.raise(
			{ type: 'canary.allowed', severity: 'critical', part: 'limits', since: now, evidence },
			now,
		);
		return 'allowed';
	}
}
