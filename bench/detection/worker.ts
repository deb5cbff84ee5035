import { parentPort, workerData } from 'node:worker_threads';
import type { Work } from './allTenants.ts';
import { openProductStore } from './product/store.ts';
import { scoreTenant } from './scoreTenant.ts';
import type { TenantPlan } from './tenant.ts';

/** Scores one tenant after the other, in a thread and a database of its own. */
const { peers } = workerData as Work;
const store = await openProductStore();
parentPort?.on('message', (plan: TenantPlan) => {
	void scoreTenant(plan, { store, peers }).then((scored) => parentPort?.postMessage(scored));
});
