import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { CLOSED } from '../../core/breaker.ts';
import { handOut, report, retry, undo } from '../../core/containment/transitions.ts';
import { containmentBench, DONE } from './containmentBench.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const said = (outcome: 'applied' | 'failed', attempt: number) => ({ outcome, attempt });
const http = { status: 403 };

/** Steps that die, that are reported out of turn, and blocks that run out, through any transport of the SQL functions. */
export function containmentEndsContract(name: string, open: () => Promise<Database>): void {
	describe(`ends of containment through ${name}`, () => {
		const db = sharedDatabase(open);
		const nextTenant = tenantNames();
		const newTenant = () => `ends-${nextTenant()}`;
		const { step, openIncident, setBreaker, steps, theStep, save, due, tell } =
			containmentBench(db);

		it('goes on undoing a step that is reported again, and does anew one that was undone', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });
			await save(report(await theStep(tenantId), said('applied', 1), NOON));
			await save(undo(await theStep(tenantId), 'ada', NOON));

			await tell(tenantId, 'applied');
			expect(await theStep(tenantId)).toMatchObject({
				...{ direction: 'undo', sequence: 2, status: { state: 'requested' } },
			});
			await save(handOut(await theStep(tenantId), { kind: 'lost' }, NOON));
			await save(report(await theStep(tenantId), said('applied', 2), NOON));
			await tell(tenantId, 'applied');
			expect(await theStep(tenantId)).toMatchObject({
				...{ direction: 'apply', sequence: 3, attemptsBefore: 2, status: { state: 'done' } },
			});
		});

		it('finds a dead step until operations were told of it, and again when it died anew', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });
			const dies = async (attempt: number) =>
				save(report(await theStep(tenantId), { ...said('failed', attempt), http }, NOON + 1));
			await dies(1);

			expect(await due(tenantId, NOON + 1)).toMatchObject([{ state: 'failed' }]);
			const { id } = await theStep(tenantId);
			expect(await db.call('dead_action_told', { id })).toEqual({ noted: true });
			expect(await due(tenantId, NOON + 1)).toEqual([]);
			await save(retry(await theStep(tenantId), 'ada', NOON + 1));
			await save(handOut(await theStep(tenantId), { kind: 'lost' }, NOON + 1));
			await dies(2);
			expect(await due(tenantId, NOON + 1)).toMatchObject([{ state: 'failed' }]);
		});

		it('tells of incidents whose block by hand has run out', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId);
			const until = NOON + 60_000;
			await setBreaker(tenantId, { state: 'isolated', since: NOON, until, reason: 'r' });
			const over = (at: number) => db.call('blocks_over', { now: iso(at) });

			expect(await over(until - 1)).not.toContain(tenantId);
			expect(await over(until)).toContain(tenantId);
			await setBreaker(tenantId, CLOSED, until);
			expect(await over(until)).not.toContain(tenantId);
		});

		it('lets go of an incident whose block has run out when the next one opens', async () => {
			const tenantId = newTenant();
			const throttle = { action: 'throttle', vendor: 'llm-fuse', targetId: tenantId } as const;
			const waiting = step(tenantId, { state: 'awaitingApproval', position: 1 });
			await openIncident(tenantId, { actions: [step(tenantId, throttle), waiting] });
			await save({
				kind: 'changed',
				handOut: false,
				action: { ...(await theStep(tenantId)), ...DONE },
			});
			const until = NOON + 1;
			await setBreaker(tenantId, { state: 'isolated', since: NOON, until, reason: 'r' });
			await openIncident(tenantId, { id: `inc_${tenantId}_2`, openedAt: iso(NOON + 2) });

			expect(
				(await steps(tenantId)).map(({ direction, status }) => [direction, status.state]),
			).toEqual([
				['undo', 'requested'],
				['apply', 'declined'],
			]);
		});

		it('lists no step behind one that does not exist', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });

			expect(
				await db.call('list_actions', {
					...{ incidentId: null, tenantId, state: null, after: 'act_none', limit: 10 },
				}),
			).toEqual([]);
		});
	});
}
