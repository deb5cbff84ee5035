import type { Reason } from '../../../core/behaviour/score.ts';
import type { Finding } from '../../../core/finding.ts';
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

/** What a detector sees of one tenant, as of one moment (epoch ms). */
export type TenantView = {
	tenantId: string;
	asOf: number;
	activity: TenantActivity;
	score: Score | undefined;
};

/** `usage`: looks at every recorded batch, must be cheap. `tick`: looks at every scored snapshot. */
export type Detector = {
	name: string;
	runsOn: 'usage' | 'tick';
	/** Quiet in a maintenance window: it looks at what is usual. What guards money never is. */
	restsInMaintenance: boolean;
	inspect(view: TenantView): Finding | undefined;
};
