import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';

type SoloDeps = {
	database: Database;
	/** This process among its replicas: a name no other has or had. */
	holder: string;
	clock: Clock;
};

type SoloJob = {
	name: string;
	/** At least the interval it is run at, and longer than one run takes: past it another replica may start. */
	leaseMs: number;
	run: () => Promise<unknown>;
};

/**
 * A background job that of all replicas one does, whichever asks first, and goes on doing while it lives. When it is gone
 * another one takes over within a lease and an interval. The answer is for a Ticker.
 */
export function soloJob(
	{ database, holder, clock }: SoloDeps,
	{ name, leaseMs, run }: SoloJob,
): () => Promise<void> {
	return async () => {
		const now = new Date(clock.now()).toISOString();
		const { claimed } = await database.call('claim_job', { name, holder, now, leaseMs });
		if (claimed) await run();
	};
}
