import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { Actor } from './act.ts';
import type { BreakerBook } from './breakerBook.ts';

export type TrialsDependencies = {
	actor: Pick<Actor, 'endBlock' | 'endTrial'>;
	breakers: Pick<BreakerBook, 'onTrial'>;
	database: Database;
};

/** Ends the trials whose time has come, of tenants that made a call meanwhile, and incidents whose block has run out. */
export async function endTrials(
	{ actor, breakers, database }: TrialsDependencies,
	now: number,
): Promise<void> {
	for (const { tenantId, breaker } of breakers.onTrial()) {
		if (breaker.until > now) continue;
		const { requests } = await database.call('tenant_spend', {
			...{ tenantId, since: iso(breaker.since), until: iso(now + 1) },
		});
		await actor.endTrial(tenantId, { hasCalled: requests > 0, now });
	}
	for (const tenantId of await database.call('blocks_over', { now: iso(now) })) {
		await actor.endBlock(tenantId, now);
	}
}
