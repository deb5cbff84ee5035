import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ScoredTenant } from './scoreTenant.ts';
import type { TenantPlan } from './tenant.ts';

const PROGRAM = join(import.meta.dirname, 'worker.ts');
/** Each has a database and the requests of a tenant in memory, about 500 MB. */
const MAX_WORKERS = 4;

export type Work = { peers: boolean };

/** Scores all tenants on as many cores as there are; answers in the order of the plans. */
export async function scoreAll(
	plans: readonly TenantPlan[],
	work: Work & { progress: (done: number) => void },
): Promise<ScoredTenant[]> {
	const scored: ScoredTenant[] = [];
	const waiting = plans.map((plan, index) => ({ plan, index }));
	let done = 0;
	const workers = Math.min(MAX_WORKERS, availableParallelism(), plans.length);
	await Promise.all(
		Array.from({ length: workers }, async () => {
			const worker = new Worker(PROGRAM, { workerData: { peers: work.peers } satisfies Work });
			try {
				for (let next = waiting.shift(); next; next = waiting.shift()) {
					scored[next.index] = await ask(worker, next.plan);
					work.progress((done += 1));
				}
			} finally {
				await worker.terminate();
			}
		}),
	);
	return scored;
}

function ask(worker: Worker, plan: TenantPlan): Promise<ScoredTenant> {
	const answer = Promise.withResolvers<ScoredTenant>();
	worker.removeAllListeners();
	worker.once('message', answer.resolve);
	worker.once('error', answer.reject);
	worker.once('exit', (code) => {
		answer.reject(new Error(`a worker of the benchmark ended with code ${code}`));
	});
	worker.postMessage(plan);

	return answer.promise;
}
