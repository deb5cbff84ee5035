import type { Limit } from '../../../core/limits.ts';

/** ISO 8601 instant. */
type Instant = string;

/** The SQL functions of limits and tenants' settings; the files of supabase/migrations say more. */
export type LimitFunctions = {
	put_limit: {
		args: {
			limit: Limit;
			replace: boolean;
			tenantId: string | null;
			actor: string;
			now: Instant;
		};
		result:
			| { outcome: 'created' | 'replaced' | 'unchanged' | 'idTaken' }
			| { outcome: 'sameCount'; limitId: string };
	};
	delete_limit: {
		args: { id: string; tenantId: string | null; actor: string; now: Instant };
		result: { deleted: boolean };
	};
	load_limits: {
		args: { since: number };
		result: {
			revision: number;
			complete: boolean;
			limits: Limit[];
			deleted: string[];
			plans: { tenantId: string; plan: string | null }[];
		} | null;
	};
	put_tenant: {
		args: { tenantId: string; plan: string | null; actor: string; now: Instant };
		result: { changed: boolean };
	};
	get_tenant: {
		args: { tenantId: string };
		/** Times in epoch ms. */
		result: { plan: string | null; firstAt: number | null; lastAt: number | null };
	};
};
