import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { soloJob } from '../../anomaly-service/src/stages/soloJobs.ts';
import { iso, NOON, sharedDatabase } from './databaseBench.ts';

/** Background jobs of several replicas, through any transport of the SQL functions. */
export function jobContract(name: string, open: () => Promise<Database>): void {
	describe(`jobs through ${name}`, () => {
		const db = sharedDatabase(open);
		let made = 0;
		const newJob = () => `job-${++made}`;
		const claim = async (job: string, holder: string, now: number) => {
			const args = { name: job, holder, now: iso(now), leaseMs: 1000 };
			return (await db.call('claim_job', args)).claimed;
		};

		it('a job is one holder’s until its lease runs out', async () => {
			const job = newJob();

			expect(await claim(job, 'a', NOON)).toBe(true);
			expect(await claim(job, 'b', NOON + 999)).toBe(false);
			expect(await claim(job, 'b', NOON + 1000)).toBe(true);
			expect(await claim(job, 'a', NOON + 1001)).toBe(false);
		});

		it('a holder that claims again keeps the job for another lease', async () => {
			const job = newJob();
			await claim(job, 'a', NOON);

			expect(await claim(job, 'a', NOON + 500)).toBe(true);
			expect(await claim(job, 'b', NOON + 1400)).toBe(false);
			expect(await claim(job, 'b', NOON + 1500)).toBe(true);
		});

		it('jobs are claimed apart from one another', async () => {
			const [first, second] = [newJob(), newJob()];
			await claim(first, 'a', NOON);

			expect(await claim(second, 'b', NOON)).toBe(true);
		});

		it('of many that claim at once one gets the job', async () => {
			const job = newJob();
			const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`);

			const claims = await Promise.all(holders.map((holder) => claim(job, holder, NOON)));
			expect(claims.filter(Boolean)).toHaveLength(1);
		});

		it('a job two replicas tick is run by one, and by the other when that one is gone', async () => {
			const job = newJob();
			const runs: string[] = [];
			let now = NOON;
			const replica = (holder: string) =>
				soloJob(
					{ database: db, holder, clock: { now: () => now } },
					{ name: job, leaseMs: 1000, run: async () => runs.push(holder) },
				);
			const [a, b] = [replica('a'), replica('b')];

			for (; now < NOON + 2000; now += 500) {
				await a();
				await b();
			}
			expect(runs).toEqual(['a', 'a', 'a', 'a']);
			for (; now < NOON + 3500; now += 500) await b();
			expect(runs.slice(4)).toEqual(['b', 'b']);
		});
	});
}
