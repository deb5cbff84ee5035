import {
	ContainmentExecutor,
	type ContainmentExecutorDependencies,
} from '../../../anomaly-service/src/stages/containmentExecutor.ts';
import type { Action } from '../../../core/containment/action.ts';
import { narrowed, restraintOf } from '../../../core/containment/ownLimits.ts';
import type { Limit } from '../../../core/limits.ts';
import { anAction } from '../core/containment/anAction.ts';

const NOON = Date.UTC(2026, 9, 14, 12);

/** Limits as the database keeps them, of which two may not count the same. */
function setUp(limits: Limit[] = []) {
	const stored = new Map(limits.map((limit) => [limit.id, limit]));
	const revoked = new Set<string>();
	const kept: Record<string, unknown>[] = [];
	const executor = new ContainmentExecutor({
		breakers: { breaker: async () => ({ state: 'closed' }) },
		letGo: async () => undefined,
		limits: {
			get: (id: string) => stored.get(id),
			load: async () => undefined,
			put: async (limit: Limit) => {
				const same = [...stored.values()].find(
					({ id, unit }) => id !== limit.id && unit === limit.unit,
				);
				if (same) return { outcome: 'sameCount', limitId: same.id };
				const before = JSON.stringify(stored.get(limit.id));
				stored.set(limit.id, limit);
				return { outcome: before === JSON.stringify(limit) ? 'unchanged' : 'created' };
			},
			remove: async (id: string) => ({ outcome: stored.delete(id) ? 'removed' : 'unknown' }),
		} as unknown as ContainmentExecutorDependencies['limits'],
		keys: {
			revokeTenant: async (_tenantId, { incidentId }) => {
				const keyIds = revoked.has(incidentId) ? [] : ['vk_1'];
				revoked.add(incidentId);
				return { keyIds };
			},
			restoreTenant: async () => ({ keyIds: [] }),
		},
	});
	const run = (step: Action) =>
		executor.run(step, { now: NOON, keep: async (restore) => kept.push(restore) });
	return { kept, run, stored };
}

const ownStep = (action: Action['action'], changes: Partial<Action> = {}) =>
	anAction({ action, vendor: 'llm-fuse', targetId: 'acme', ...changes });
const throttle = ownStep('throttle');
const ownLimit: Limit = { ...restraintOf(throttle), id: 'lim_own', capacity: 500, mode: 'shadow' };

describe('a step of the service whose process died before it said what it did', () => {
	it('is undone all the same when it restrained by a limit of its own', async () => {
		const { run, stored } = setUp();
		await run(throttle);

		const again = await run({ ...throttle, attempt: 2 });
		expect(again).toEqual({ outcome: 'applied', restore: { limit: null } });
		await run({ ...throttle, direction: 'undo', restore: again.restore ?? null });
		expect(stored.size).toBe(0);
	});

	it('gives the operator’s own limit back as it was', async () => {
		const { kept, run, stored } = setUp([ownLimit]);
		await run(throttle);
		expect(stored.get('lim_own')).toEqual(narrowed(ownLimit, restraintOf(throttle)));
		expect(kept).toEqual([{ limit: ownLimit }]);

		const again = await run({ ...throttle, attempt: 2, restore: kept[0] ?? null });
		expect(again).toEqual({ outcome: 'applied', restore: { limit: ownLimit } });
		const undo: Action = { ...throttle, direction: 'undo', restore: again.restore ?? null };
		expect(await run(undo)).toEqual({ outcome: 'applied' });
		expect(stored.get('lim_own')).toEqual(ownLimit);
		expect((await run(undo)).outcome).toBe('already');
	});

	it.each<[string, Limit | undefined]>([
		['changed', { ...ownLimit, capacity: 200 }],
		['deleted', undefined],
	])('leaves the operator’s own limit as it is when it was %s meanwhile', async (_how, changed) => {
		const { kept, run, stored } = setUp([ownLimit]);
		await run(throttle);
		stored.delete('lim_own');
		if (changed) stored.set('lim_own', changed);

		const undo: Action = { ...throttle, direction: 'undo', restore: kept[0] ?? null };
		expect((await run(undo)).outcome).toBe('already');
		expect(stored.get('lim_own')).toEqual(changed);
	});

	it('is one that revoked keys, which an undo gives back', async () => {
		const { run } = setUp();
		const revoke = ownStep('revokeKey');
		await run(revoke);

		expect((await run({ ...revoke, attempt: 2 })).outcome).toBe('applied');
		expect((await run(revoke)).outcome).toBe('already');
	});
});
