import { MINUTE_MS } from '../durations.ts';
import { counterOf, type AppliedLimit, type Limit } from '../limits.ts';

const RESTRAINT = 'containment:';
const DEFAULT_REQUESTS_PER_MINUTE = 10;
/** Enough to see whether a runaway goes on, too little for it to cost much: one call in ten seconds. */
const PROBES_PER_MINUTE = 6;
const A_MINUTE = { kind: 'rolling', windowMs: MINUTE_MS } as const;

type Restraint = { action: string; tenantId: string; settings: Record<string, unknown> };

/** The limit by which the service itself restrains a tenant: few calls a minute, or none until it is lifted. */
export function restraintOf({ action, tenantId, settings }: Restraint): Limit {
	const of = ofTenant(tenantId, `${RESTRAINT}${action}:${tenantId}`);
	// Nothing at a time, rather than no request per minute: beside a throttle it is another count.
	if (action === 'queueOnly') return { ...of, unit: 'concurrency', window: null, capacity: 0 };
	const perMinute = settings['requestsPerMinute'];
	const capacity = typeof perMinute === 'number' ? perMinute : DEFAULT_REQUESTS_PER_MINUTE;

	return { ...of, capacity };
}

/** What a restraint makes of a limit that counts the same: never more than was allowed, and calls wait. */
export function narrowed(limit: Limit, restraint: Limit): Limit {
	const capacity = Math.min(limit.capacity, restraint.capacity);

	return { ...limit, capacity, mode: 'enforce', whenOver: 'queue' };
}

/** A limit that holds until somebody lifts it, so that even what is larger than it may wait. */
export function isRestraint({ id }: Pick<Limit, 'id'>): boolean {
	return id.startsWith(RESTRAINT);
}

/** These limits with the one of a tenant on trial, which takes the place of a wider one on the same count. */
export function withProbe(
	limits: readonly AppliedLimit[],
	tenantId: string,
): readonly AppliedLimit[] {
	const limit: Limit = {
		...ofTenant(tenantId, `${RESTRAINT}probe`),
		capacity: PROBES_PER_MINUTE,
		whenOver: 'reject',
	};
	const probe = { limit, counter: counterOf(limit, tenantId) };
	const isRival = (other: AppliedLimit) =>
		other.counter.id === probe.counter.id &&
		other.counter.shared === probe.counter.shared &&
		other.limit.mode === 'enforce';
	if (limits.some((other) => isRival(other) && other.limit.capacity <= PROBES_PER_MINUTE)) {
		return limits;
	}
	return [...limits.filter((other) => !isRival(other)), probe];
}

function ofTenant(tenantId: string, id: string): Omit<Limit, 'capacity'> {
	return {
		...{
			id,
			scope: 'tenant',
			subject: null,
			audience: { kind: 'tenant', tenantId },
			shared: false,
		},
		...{ unit: 'requests', window: A_MINUTE },
		...{ mode: 'enforce', whenOver: 'queue', whenStoreDown: 'closed' },
	};
}
