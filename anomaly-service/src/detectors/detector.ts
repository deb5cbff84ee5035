import type { Levels } from '../../../core/behaviour/levels.ts';
import type { Reason } from '../../../core/behaviour/score.ts';
import type { Finding } from '../../../core/finding.ts';
import type { HealthSums } from '../../../core/health/healthWindow.ts';
import type { Latencies } from '../../../core/health/latencies.ts';
import type { Slowdown } from '../../../core/health/slowdown.ts';
import type { LimitState } from '../../../core/limits.ts';
import type { TenantActivity } from '../stages/tenantActivity.ts';

/** A tenant's latest score. */
export type Score = {
	/** When it was taken, epoch ms. */
	at: number;
	/** Cosine distance to the nearest centroid. */
	distance: number;
	/** 1 is the tenant's limit. */
	strength: number;
	/** What turned the vector most; empty far below the limit, where nobody asks. */
	reasons: readonly Reason[];
	/** The feedback that called something alike fine. */
	suppressedBy: string | null;
};

/** One tenant's calls to a provider in the last 15 minutes. */
export type ProviderShare = {
	tenantId: string;
	sums: HealthSums;
	/** Undefined: what is usual is not known. */
	slowdown: Slowdown | undefined;
};

/** How a provider answers all tenants, as of one tick. */
export type ProviderHealth = {
	provider: string;
	shares: readonly ProviderShare[];
	/** Of these tenants' calls to it. */
	latencies: (tenantIds: readonly string[]) => Latencies;
};

/** What is known of a tenant beside its own calls. */
export type Surroundings = {
	/** Its enforced limits of money over a day, week or month. Of the service tenant: those shared by all. */
	budgets: readonly LimitState[];
	/** How long the oldest of its interactive calls has waited, ms; 0: none waits. */
	interactiveQueueAgeMs: number;
	/** Its normal; undefined without a baseline. */
	levels: Levels | undefined;
	/** Since when this process hears of calls, epoch ms: silence before is its own. */
	listeningSince: number;
	/** Empty but for the service tenant. */
	providers: readonly ProviderHealth[];
};

/** What a detector sees of one tenant, as of one moment (epoch ms). */
export type TenantView = {
	tenantId: string;
	asOf: number;
	activity: TenantActivity;
	score: Score | undefined;
	/** At a tick only. */
	surroundings?: Surroundings | undefined;
};

/**
 * `usage`: looks at every recorded batch, must take microseconds. `tick`: looks at every tenant, every few seconds. It
 * answers the same finding for as long as what it found lasts; of a list each has a severity of its own.
 */
export type Detector<Found = Finding | readonly Finding[]> = {
	name: string;
	runsOn: 'usage' | 'tick';
	/** Quiet in a maintenance window: it looks at what is usual. What guards money never is. */
	restsInMaintenance: boolean;
	inspect(view: TenantView): Found | undefined;
};

export function findingsOf(detector: Detector, view: TenantView): readonly Finding[] {
	const found = detector.inspect(view);

	return found === undefined ? [] : [found].flat();
}
