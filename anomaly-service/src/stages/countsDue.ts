import { MINUTE_MS } from '../../../core/durations.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { UsageCounter } from './usageCounter.ts';

export type CountsDueDependencies = {
	database: Database;
	usageCounter: Pick<UsageCounter, 'countChanged'>;
};

/** A request counts what it changed right after; only one that was cut off takes longer. */
const CUT_OFF_AFTER_MS = MINUTE_MS;

/** Counts what a service changed in the database and could not count any more, as it was killed in between. */
export async function countWhatIsDue(
	{ database, usageCounter }: CountsDueDependencies,
	now: number,
): Promise<void> {
	const due = await database.call('counts_due', {
		before: iso(now - CUT_OFF_AFTER_MS),
	});
	if (due.length === 0) return;
	const tenantIds = new Set(due.flatMap((change) => change.tenantIds));
	if (!(await usageCounter.countChanged([...tenantIds]))) return;
	await database.call('counted', { runs: due.map(({ run }) => run) });
}
