import type { WindowMinutes } from '../../../core/behaviour/features.ts';
import type { Reason } from '../../../core/behaviour/score.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantActivity } from '../stages/tenantActivity.ts';

/** One window's latest score. `strength` 1 is the limit of that window. */
export type WindowScore = {
	windowMinutes: WindowMinutes;
	distance: number;
	strength: number;
	reasons: Reason[];
};

/** What a detector sees of one tenant, as of one moment (epoch ms). */
export type TenantView = {
	tenantId: string;
	asOf: number;
	activity: TenantActivity;
	scores: readonly WindowScore[];
};

/** `usage`: looks at every recorded batch, must be cheap. `tick`: looks at every scored snapshot. */
export type Detector = {
	name: string;
	runsOn: 'usage' | 'tick';
	inspect(view: TenantView): Finding | undefined;
};
