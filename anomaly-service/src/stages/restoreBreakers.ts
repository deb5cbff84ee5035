import type { Counters } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { ActivityBook } from './activityBook.ts';

/** Reads back every breaker: who is blocked stays blocked, and who was let go is not tripped by what was forgiven. */
export async function restoreBreakers({
	activities,
	counters,
	database,
}: {
	activities: ActivityBook;
	counters: Counters;
	database: Database;
}): Promise<void> {
	for (const { tenantId, breaker, changedAt } of await database.call('load_breakers', {})) {
		await counters.setBreaker(tenantId, breaker);
		if (breaker.state === 'closed') activities.of(tenantId).forgive(changedAt);
	}
}
