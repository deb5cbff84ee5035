import { HOUR_MS } from '../../../core/durations.ts';
import type { Limit } from '../../../core/limits.ts';
import { oldestSlice } from '../../../core/windows.ts';
import type { Counters } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';

/** Rebuilds what each limit counted from the recorded usage: Postgres is the truth, counters are its shadow. */
export async function restoreCounters(
	{
		counters,
		database,
		limits,
	}: { counters: Counters; database: Database; limits: readonly Limit[] },
	now: number,
): Promise<void> {
	for (const limit of limits) {
		const slices = await database.call('usage_by_slice', {
			since: new Date(oldestSlice(limit.window, now)).toISOString(),
			sliceMs: limit.window.kind === 'rolling' ? 1000 : HOUR_MS,
		});
		for (const slice of slices) await counters.record({ ...slice, limits: [limit] });
	}
}
