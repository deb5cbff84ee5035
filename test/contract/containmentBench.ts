import { randomBytes } from 'node:crypto';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { DatabaseFunctions } from '../../anomaly-service/src/ports/databaseFunctions.ts';
import { actionOf, rowOf } from '../../anomaly-service/src/stages/containmentActions.ts';
import type { Action, PlannedAction } from '../../core/containment/action.ts';
import { CLOSED, trip, type Breaker } from '../../core/breaker.ts';
import type { Transition } from '../../core/containment/transitions.ts';
import { iso, NOON } from './databaseBench.ts';

type Incident = DatabaseFunctions['open_incident']['args']['incident'];

/** What an own step is when it was done. */
export const DONE: Partial<Action> = {
	status: { state: 'done', outcome: 'applied', detail: null },
};

/** Incidents and their steps in a database. */
export function containmentBench(db: Database) {
	const idOf = (tenantId: string) => `inc_${tenantId}`;
	const step = (tenantId: string, changes: Partial<PlannedAction> = {}): PlannedAction => ({
		...{ id: `act_${randomBytes(10).toString('hex')}`, incidentId: idOf(tenantId), tenantId },
		...{ action: 'pauseCollection', vendor: 'stripe', targetId: 'cus_1', position: 0 },
		...{ reversible: true, state: 'requested', settings: { behavior: 'keep_as_draft' } },
		...changes,
	});
	const openIncident = (tenantId: string, changes: Partial<Incident> = {}) =>
		db.call('open_incident', {
			incident: {
				...{ id: idOf(tenantId), tenantId, rule: 'spendCap', severity: 'critical' },
				...{ openedAt: iso(NOON), evidence: {}, alertText: '{}' },
				breaker: trip(CLOSED, idOf(tenantId), NOON),
				...changes,
			},
			event: { eventId: `${tenantId}-${changes.openings}`, type: 'x', tenantId, body: '{}' },
		});
	const setBreaker = (tenantId: string, breaker: Breaker, at = NOON) =>
		db.call('set_breaker', {
			...{ tenantId, breaker, now: iso(at) },
			audit: { actor: 'key_1', event: 'breaker.closed', detail: {} },
		});
	const steps = async (tenantId: string) =>
		(
			await db.call('list_actions', {
				...{ incidentId: null, tenantId, state: null, after: null, limit: 100 },
			})
		).map(actionOf);
	const theStep = async (tenantId: string): Promise<Action> => {
		const [found] = await steps(tenantId);
		if (!found) throw new Error('no step');
		return found;
	};
	const save = (moved: Transition, at = NOON) => {
		if (moved.kind !== 'changed') throw new Error(`expected a change, got ${moved.kind}`);
		const { action, handOut } = moved;
		return db.call('change_action', {
			...{ next: rowOf(action), handOut, now: iso(at) },
			audit: { actor: 'test', event: 'action.tested', detail: { at } },
		});
	};
	const due = async (tenantId: string, at: number) =>
		(await db.call('due_actions', { now: iso(at), limit: 1000 })).filter(
			(row) => row.tenantId === tenantId,
		);
	/** What a person, or a workflow of their own, did about the step above. */
	const tell = (tenantId: string, outcome: string) =>
		db.call('report_action', {
			...{ incidentId: idOf(tenantId), tenantId: null, actor: 'test', now: iso(NOON) },
			action: { action: 'pauseCollection', vendor: 'stripe', targetId: 'cus_1', outcome },
		});
	const subscribe = async (tenantId: string) => {
		const id = `whk_${tenantId}`;
		const webhook = { id, url: 'http://127.0.0.1:1/', events: ['action.requested'], tenantId };
		await db.call('create_webhook', { webhook, actor: 'test', now: iso(NOON) });
		return id;
	};
	const messages = async (webhookId: string, at = NOON) =>
		(await db.call('claim_deliveries', { now: iso(at), leaseMs: 1, limit: 1000 })).filter(
			(delivery) => delivery.webhookId === webhookId,
		);

	return {
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
	};
}
