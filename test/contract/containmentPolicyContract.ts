import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** What is done about incidents, and what it acts on, through any transport of the SQL functions. */
export function containmentPolicyContract(name: string, open: () => Promise<Database>): void {
	describe(`containment policies through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();

		it('keeps policies and targets, and tells who changed them', async () => {
			const tenantId = newTenant();
			const policy = { steps: [], dryRun: true, openOnFlags: [] };
			const by = { actor: 'key_1', now: iso(NOON) };
			const put = (given: typeof policy | null) =>
				db.call('put_containment_policy', { tenantId, policy: given, ...by });
			const targets = { stripeCustomer: 'cus_1' };

			expect(await put(policy)).toEqual({ outcome: 'created' });
			expect(await put(policy)).toEqual({ outcome: 'unchanged' });
			expect(await put({ ...policy, dryRun: false })).toEqual({ outcome: 'replaced' });
			await db.call('put_containment_targets', { tenantId, targets, ...by });
			const loaded = await db.call('load_containment', {});
			expect(loaded.policies).toContainEqual({ tenantId, policy: { ...policy, dryRun: false } });
			expect(loaded.targets).toContainEqual({ tenantId, targets });
			expect(await put(null)).toEqual({ outcome: 'removed' });
			expect(await put(null)).toEqual({ outcome: 'unknown' });
		});
	});
}
