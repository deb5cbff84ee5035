import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { CLOSED, probe, trip } from '../../core/breaker.ts';
import { claim, report } from '../../core/containment/transitions.ts';
import { containmentBench, DONE } from './containmentBench.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** Containment steps from their plan to their end, through any transport of the SQL functions. */
export function containmentContract(name: string, open: () => Promise<Database>): void {
	describe(`containment through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const bench = containmentBench(db);
		const {
			idOf,
			step,
			openIncident,
			setBreaker,
			steps,
			theStep,
			save,
			due,
			tell,
			subscribe,
			messages,
		} = bench;

		it('hands a step out in the transaction that opens its incident, and the block is done by it', async () => {
			const tenantId = newTenant();
			const webhookId = await subscribe(tenantId);
			const block = { action: 'block', vendor: 'llm-fuse', targetId: tenantId } as const;
			const planned = step(tenantId, { position: 1 });
			await openIncident(tenantId, { actions: [step(tenantId, block), planned] });

			expect((await steps(tenantId)).map(({ action, status }) => [action, status])).toEqual([
				['block', { state: 'done', outcome: 'applied', detail: null }],
				['pauseCollection', expect.objectContaining({ state: 'requested' })],
			]);
			const [message] = await messages(webhookId);
			expect(JSON.parse(message?.body ?? '')).toMatchObject({
				type: 'action.requested',
				data: {
					...{ actionId: planned.id, incidentId: idOf(tenantId), tenantId, attempt: 1 },
					...{ action: 'pauseCollection', vendor: 'stripe', targetId: 'cus_1', sequence: 1 },
					...{ direction: 'apply', settings: { behavior: 'keep_as_draft' }, restore: null },
					...{ reversible: true, severity: 'critical', rule: 'spendCap' },
				},
			});
		});

		it('says nothing of a step that waits for a person or is only told', async () => {
			const tenantId = newTenant();
			const webhookId = await subscribe(tenantId);
			await openIncident(tenantId, {
				actions: [
					step(tenantId, { state: 'awaitingApproval' }),
					step(tenantId, { state: 'dryRun', targetId: 'cus_2', position: 1 }),
				],
			});

			expect(await messages(webhookId)).toEqual([]);
			expect(await due(tenantId, NOON + 100_000_000)).toEqual([]);
		});

		it('makes of two changes at once one', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });
			const read = await theStep(tenantId);

			expect(await save(claim(read, 1, NOON))).toEqual({ changed: true });
			expect(await save(claim(read, 1, NOON))).toEqual({ changed: false });
		});

		it('keeps every field of a step as it was changed', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });
			const said = {
				...{ attempt: 1, outcome: 'applied' as const, detail: 'd', verifiedAt: NOON + 5 },
				restore: { subscriptions: [{ id: 'sub_1', pause_collection: null }] },
			};
			const moved = report(await theStep(tenantId), said, NOON + 10);
			await save(moved, NOON + 10);

			const after = await theStep(tenantId);
			expect(after).toEqual(
				moved.kind === 'changed' ? { ...moved.action, revision: after.revision } : null,
			);
			expect(after.revision).toBe(2);
		});

		it('writes the change of a step and its audit entry in one transaction', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });
			await save(claim(await theStep(tenantId), 1, NOON));

			const { id } = await theStep(tenantId);
			const entries = await db.call('search_audit', {
				...{ tenantId, action: 'action.tested', actor: null, incidentId: idOf(tenantId) },
				...{ subjectId: null, from: null, to: null, before: null, limit: 10 },
			});
			expect(entries).toMatchObject([{ actor: 'test', subjectId: id, detail: { at: NOON } }]);
		});

		it('finds a step that nobody reported when it is due, and says what became of its message', async () => {
			const tenantId = newTenant();
			const webhookId = await subscribe(tenantId);
			await openIncident(tenantId, { actions: [step(tenantId)] });
			const later = NOON + 121_000;

			expect(await due(tenantId, NOON + 119_000)).toEqual([]);
			expect(await due(tenantId, later)).toMatchObject([{ delivery: { kind: 'waiting' } }]);
			const [message] = await messages(webhookId);
			const finished = { id: message?.id ?? '', now: iso(NOON + 50), nextAttemptAt: null };
			await db.call('finish_delivery', { ...finished, error: null });
			expect(await due(tenantId, later)).toMatchObject([
				{ delivery: { kind: 'delivered', at: NOON + 50 } },
			]);
		});

		it('calls a message lost that nobody subscribed to', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });

			expect(await due(tenantId, NOON + 121_000)).toMatchObject([{ delivery: { kind: 'lost' } }]);
		});

		it('holds back what cannot be undone until every reversible step is settled', async () => {
			const tenantId = newTenant();
			const final = {
				action: 'revokeKey',
				vendor: 'openai',
				reversible: false,
				position: 1,
			} as const;
			await openIncident(tenantId, { actions: [step(tenantId), step(tenantId, final)] });
			const dueVendors = async () =>
				(await due(tenantId, NOON + 200_000)).map(({ vendor }) => vendor).sort();

			expect(await dueVendors()).toEqual(['stripe']);
			await save(report(await theStep(tenantId), { attempt: 1, outcome: 'applied' }, NOON));
			expect(await dueVendors()).toEqual(['openai']);
		});

		it('finds a step whose time has run out', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId, { settings: { duration: '1h' } })] });
			await save(report(await theStep(tenantId), { attempt: 1, outcome: 'applied' }, NOON));

			expect(await due(tenantId, NOON + 3_599_000)).toEqual([]);
			expect(await due(tenantId, NOON + 3_600_000)).toMatchObject([{ state: 'done' }]);
		});

		it('lets a tenant go on trial with its incident open, and the block over', async () => {
			const tenantId = newTenant();
			const block = { action: 'block', vendor: 'llm-fuse', targetId: tenantId } as const;
			await openIncident(tenantId, {
				actions: [step(tenantId, block), step(tenantId, { position: 1 })],
			});
			const trial = probe(trip(CLOSED, idOf(tenantId), NOON), NOON);

			expect(await setBreaker(tenantId, trial)).toEqual({ closedIncidentId: null });
			const incident = await db.call('incident_document', { id: idOf(tenantId) });
			expect(incident).toMatchObject({
				closedAt: null,
				actions: [
					{ action: 'block', state: 'undone', outcome: 'applied', sequence: 2 },
					// Nobody had begun it.
					{ action: 'pauseCollection', state: 'undone', outcome: 'already', sequence: 2 },
				],
			});
		});

		it('begins an incident again with the steps that were undone, once', async () => {
			const tenantId = newTenant();
			const webhookId = await subscribe(tenantId);
			const block = { action: 'block', vendor: 'llm-fuse', targetId: tenantId } as const;
			const actions = [step(tenantId, block), step(tenantId, { position: 1 })];
			await openIncident(tenantId, { actions });
			await setBreaker(tenantId, probe(trip(CLOSED, idOf(tenantId), NOON), NOON));
			const again = () => openIncident(tenantId, { actions, openings: 2, openedAt: iso(NOON + 9) });

			expect(await openIncident(tenantId, { actions })).toMatchObject({
				...{ opened: false, incidentId: idOf(tenantId) },
				existing: { breakerOpened: true, breakerState: 'halfOpen', openings: 1 },
			});
			expect(await again()).toEqual({ opened: true, incidentId: idOf(tenantId) });
			expect(await again()).toMatchObject({ opened: false, existing: { openings: 2 } });
			expect(
				(await steps(tenantId)).map(({ status, sequence, attempt }) => [
					status.state,
					...[sequence, attempt],
				]),
			).toEqual([
				['done', 3, 2],
				['requested', 3, 2],
			]);
			expect(await messages(webhookId, NOON + 9)).toHaveLength(2);
		});

		it('makes a graver incident of one that only restrains', async () => {
			const tenantId = newTenant();
			const throttle = { action: 'throttle', vendor: 'llm-fuse', targetId: tenantId } as const;
			const restrain = {
				breaker: null,
				severity: 'high',
				actions: [step(tenantId, throttle)],
			} as const;
			await openIncident(tenantId, { ...restrain, actions: [...restrain.actions] });
			expect(await openIncident(tenantId, { id: 'inc_other' })).toMatchObject({
				...{ opened: false, incidentId: idOf(tenantId) },
				existing: { severity: 'high', breakerOpened: false, breakerState: 'closed', openings: 1 },
			});

			expect((await openIncident(tenantId, { openings: 2 })).opened).toBe(true);
			expect(await db.call('incident_document', { id: idOf(tenantId) })).toMatchObject({
				...{ severity: 'critical', breakerOpened: true, openings: 2 },
			});
			const breakers = await db.call('load_breakers', {});
			expect(breakers.find((known) => known.tenantId === tenantId)?.breaker.state).toBe('open');
		});

		it('lifts its own restraints when the incident ends, and asks nobody for approval any more', async () => {
			const tenantId = newTenant();
			const throttle = { action: 'throttle', vendor: 'llm-fuse', targetId: tenantId } as const;
			await openIncident(tenantId, {
				breaker: null,
				actions: [
					step(tenantId, throttle),
					step(tenantId, { state: 'awaitingApproval', position: 1 }),
					step(tenantId, { targetId: 'cus_2', position: 2 }),
				],
			});
			const [own, , paused] = await steps(tenantId);
			if (!own || !paused) throw new Error('no step');
			await save({ kind: 'changed', handOut: false, action: { ...own, ...DONE } });
			await save(report(paused, { attempt: 1, outcome: 'applied' }, NOON));
			await setBreaker(tenantId, CLOSED, NOON + 1);

			expect(
				(await steps(tenantId)).map(({ direction, status }) => [direction, status.state]),
			).toEqual([
				['undo', 'requested'],
				['apply', 'declined'],
				// What a vendor did stays until somebody undoes it.
				['apply', 'done'],
			]);
			expect(await due(tenantId, NOON + 1)).toMatchObject([{ action: 'throttle' }]);
		});

		it('believes a report of a step that was asked for', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });

			expect(await tell(tenantId, 'failed')).toEqual({ found: true, created: false });
			expect((await theStep(tenantId)).status.state).toBe('requested');
			expect(await tell(tenantId, 'applied')).toEqual({ found: true, created: false });
			expect((await theStep(tenantId)).status.state).toBe('done');
		});

		it('lists steps in pages without a gap or a repeat', async () => {
			const tenantId = newTenant();
			const targets = ['a', 'b', 'c', 'd', 'e'];
			await openIncident(tenantId, {
				actions: targets.map((targetId, position) => step(tenantId, { targetId, position })),
			});
			const seen: string[] = [];
			let after: string | null = null;
			for (let pages = 0; pages < 3; pages++) {
				const page: { id: string; targetId: string }[] = await db.call('list_actions', {
					...{ incidentId: null, tenantId, state: null, after, limit: 2 },
				});
				seen.push(...page.map(({ targetId }) => targetId));
				after = page.at(-1)?.id ?? null;
			}

			expect(seen).toEqual(targets);
		});

		it('shows no step to another tenant', async () => {
			const tenantId = newTenant();
			await openIncident(tenantId, { actions: [step(tenantId)] });
			const { id } = await theStep(tenantId);

			expect(await db.call('load_action', { id, tenantId })).not.toBeNull();
			expect(await db.call('load_action', { id, tenantId: 'somebody-else' })).toBeNull();
		});
	});
}
