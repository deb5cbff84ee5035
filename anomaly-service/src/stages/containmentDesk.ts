import {
	OWN_VENDOR,
	type Action,
	type ActionState,
	type Outcome,
} from '../../../core/containment/action.ts';
import {
	approve,
	claim,
	decline,
	found,
	handOut,
	report,
	retry,
	take,
	undo,
	type ActionReport,
	type Delivery,
	type Refusal,
} from '../../../core/containment/transitions.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import { actionOf, rowOf } from './containmentActions.ts';
import { auditOf, eventOf, SERVICE, type Order } from './containmentAudit.ts';

/** What became of a step the service does itself. */
export type OwnStepResult = {
	outcome: Outcome;
	detail?: string;
	restore?: Record<string, unknown>;
};

/** `keep`: remembers values of before ahead of the change, for whoever does the step again. */
export type OwnStepBy = {
	now: number;
	keep: (restore: Record<string, unknown>) => Promise<unknown>;
};

/** Does and undoes the steps of `llm-fuse`. Each may be done twice: a process may die before it says what it did. */
export type OwnSteps = {
	run(action: Action, by: OwnStepBy): Promise<OwnStepResult>;
};

export type ContainmentDeskDependencies = {
	database: Database;
	log: Log;
	/** Called when the outbox has something new. */
	outboxChanged: () => void;
	ownSteps: OwnSteps;
	/** Operations are told of a step that was given up; maybe twice. */
	tellDead: (action: Action, now: number) => Promise<void>;
};

/** `actor`: as the audit names them. `tenantId`: only steps of this tenant (null: any). */
export type ContainmentBy = { actor: string; now: number; tenantId: string | null };

export type ActionFilter = {
	incidentId?: string;
	tenantId: string | null;
	state?: ActionState;
	/** Those behind the step of this id. */
	after?: string;
	limit?: number;
};

export type Ordered =
	| { outcome: 'done'; action: Action }
	/** It was so already. */
	| { outcome: 'kept'; action: Action }
	| { outcome: 'refused'; why: Refusal; action: Action }
	| { outcome: 'unknown' };

/** An incident has a handful; ten incidents' worth fit a page of any list. */
const LIST_LIMIT = 100;
const STEPS_OF_INCIDENT_MAX = 1000;
/** Of replicas and people that change one step at once somebody wins each time. */
const TRIES = 10;
const DUE_AT_A_TIME = 100;

/** What becomes of containment steps: people approve and undo them, workflows claim and report them, time moves them on. */
export class ContainmentDesk {
	readonly #deps: ContainmentDeskDependencies;
	#sweeping: Promise<void> | undefined;
	/** Asked for while one was under way: as of when. */
	#askedAgainAt: number | undefined;

	constructor(deps: ContainmentDeskDependencies) {
		this.#deps = deps;
	}

	/** Newest first; those of one incident in the order of the ladder. */
	async actionsOf(filter: ActionFilter): Promise<Action[]> {
		const { incidentId = null, tenantId, state = null, after = null, limit = LIST_LIMIT } = filter;
		const rows = await this.#deps.database.call('list_actions', {
			...{ incidentId, tenantId, state, after, limit },
		});

		return rows.map(actionOf);
	}

	async action(id: string, tenantId: string | null): Promise<Action | undefined> {
		const row = await this.#deps.database.call('load_action', { id, tenantId });

		return row === null ? undefined : actionOf(row);
	}

	async approve(id: string, by: ContainmentBy): Promise<'approved' | 'unknown' | 'notWaiting'> {
		const ordered = await this.#change(id, by, {
			event: 'action.approved',
			to: (action) => approve(action, by.actor, by.now),
		});
		if (ordered.outcome !== 'done') return ordered.outcome === 'unknown' ? 'unknown' : 'notWaiting';
		await this.#settle(by.now);
		return 'approved';
	}

	async decline(id: string, by: ContainmentBy): Promise<'declined' | 'unknown' | 'notWaiting'> {
		const ordered = await this.#change(id, by, {
			event: 'action.declined',
			to: (action) => decline(action, by.actor),
		});
		if (ordered.outcome !== 'done') return ordered.outcome === 'unknown' ? 'unknown' : 'notWaiting';
		await this.#settle(by.now);
		return 'declined';
	}

	/** Tries a dead letter anew. */
	async retry(id: string, by: ContainmentBy): Promise<'retried' | 'unknown' | 'notFailed'> {
		const ordered = await this.#change(id, by, {
			event: 'action.retried',
			to: (action) => retry(action, by.actor, by.now),
		});
		if (ordered.outcome !== 'done') return ordered.outcome === 'unknown' ? 'unknown' : 'notFailed';
		await this.#settle(by.now);
		return 'retried';
	}

	/** Puts back what one step changed, or (`inc_…`) all steps of an incident that can be, the last one first. */
	async undo(
		id: string,
		by: ContainmentBy,
	): Promise<{ outcome: 'undone' | 'unknown' | 'nothingToUndo'; actions: Action[] }> {
		const asked = await this.#stepsOf(id, by.tenantId);
		if (asked === undefined) return { outcome: 'unknown', actions: [] };
		const actions: Action[] = [];
		for (const step of asked.toReversed()) {
			const ordered = await this.#change(step.id, by, {
				event: 'action.undoRequested',
				to: (action) => undo(action, by.actor, by.now),
			});
			if (ordered.outcome === 'done') actions.push(ordered.action);
		}
		if (actions.length === 0) return { outcome: 'nothingToUndo', actions };
		await this.#settle(by.now);
		return { outcome: 'undone', actions };
	}

	/** Whoever was handed a step asks before it begins: granted once at a time. */
	claim(id: string, attempt: number, by: ContainmentBy): Promise<Ordered> {
		return this.#change(id, by, {
			event: 'action.claimed',
			to: (action) => claim(action, attempt, by.now),
		});
	}

	/** Values before the step, told before it is done. */
	found(
		id: string,
		read: { attempt: number; restore: Record<string, unknown> },
		by: ContainmentBy,
	): Promise<Ordered> {
		return this.#change(id, by, { event: null, to: (action) => found(action, read) });
	}

	async report(id: string, said: ActionReport, by: ContainmentBy): Promise<Ordered> {
		const ordered = await this.#change(id, by, {
			event: eventOf,
			to: (action) => report(action, said, by.now),
			detail: {
				attempt: said.attempt,
				outcome: said.outcome,
				detail: said.detail,
				http: said.http,
			},
		});
		if (ordered.outcome === 'done') await this.#settle(by.now);
		return ordered;
	}

	/** Hands out what is due, undoes what was for a while, and does what is the service's own. One run at a time. */
	sweep(now: number): Promise<void> {
		if (this.#sweeping) {
			this.#askedAgainAt = now;
			return this.#sweeping;
		}
		const run = async () => {
			let at: number | undefined = now;
			while (at !== undefined) {
				this.#askedAgainAt = undefined;
				await this.#sweep(at);
				at = this.#askedAgainAt;
			}
		};
		this.#sweeping = run().finally(() => {
			this.#sweeping = undefined;
		});
		return this.#sweeping;
	}

	/** What was ordered is kept; a database that does not answer now only delays what follows from it. */
	async #settle(now: number): Promise<void> {
		try {
			await this.sweep(now);
		} catch (error) {
			this.#deps.log.error({ err: error }, 'containment steps not looked at; trying again');
		}
	}

	/** As sweep, without waiting: something may have become due. */
	changed(now: number): void {
		void this.#settle(now);
	}

	async #sweep(now: number): Promise<void> {
		const due = await this.#deps.database.call('due_actions', {
			now: iso(now),
			limit: DUE_AT_A_TIME,
		});
		// Side by side: a step that takes long holds up none of another tenant.
		await Promise.all(
			due.map(async ({ delivery, ...row }) => {
				try {
					await this.#move(actionOf(row), delivery, now);
				} catch (error) {
					this.#deps.log.error({ err: error, actionId: row.id }, 'containment step not moved on');
				}
			}),
		);
	}

	async #move(due: Action, delivery: Delivery, now: number): Promise<void> {
		const by = { actor: SERVICE, now, tenantId: null };
		if (due.status.state === 'failed') {
			await this.#deps.tellDead(due, now);
			await this.#deps.database.call('dead_action_told', { id: due.id });
		} else if (due.status.state === 'done') {
			const ended = await this.#change(due.id, by, {
				event: 'action.undoRequested',
				to: (action) => undo(action, SERVICE, now),
			});
			if (ended.outcome === 'done') this.#askedAgainAt = now;
		} else if (due.vendor === OWN_VENDOR) {
			await this.#doOwn(due.id, by);
		} else {
			await this.#change(due.id, by, {
				event: eventOf,
				to: (action) => handOut(action, delivery, now),
			});
		}
	}

	async #doOwn(id: string, by: ContainmentBy): Promise<void> {
		const { log, ownSteps } = this.#deps;
		const taken = await this.#change(id, by, {
			event: null,
			to: (action) => take(action, by.now),
		});
		if (taken.outcome !== 'done' || taken.action.status.state !== 'requested') return;
		const { attempt } = taken.action;
		let result: OwnStepResult;
		try {
			result = await ownSteps.run(taken.action, {
				now: by.now,
				keep: (restore) => this.found(id, { attempt, restore }, by),
			});
		} catch (error) {
			log.error({ err: error, actionId: id }, 'own containment step failed');
			result = { outcome: 'failed', detail: 'the service could not do it; its log says why' };
		}
		await this.#change(id, by, {
			event: eventOf,
			to: (action) => report(action, { attempt, ...result }, by.now),
			detail: { ...result },
		});
	}

	async #stepsOf(id: string, tenantId: string | null): Promise<Action[] | undefined> {
		if (id.startsWith('act_')) {
			const action = await this.action(id, tenantId);
			return action && [action];
		}
		const incident = await this.#deps.database.call('incident_document', { id });
		if (!incident || (tenantId !== null && incident.tenantId !== tenantId)) return undefined;
		return this.actionsOf({ incidentId: id, tenantId, limit: STEPS_OF_INCIDENT_MAX });
	}

	async #change(id: string, by: ContainmentBy, order: Order): Promise<Ordered> {
		const { database, log, outboxChanged } = this.#deps;
		for (let tries = 0; tries < TRIES; tries++) {
			const action = await this.action(id, by.tenantId);
			if (action === undefined) return { outcome: 'unknown' };
			const moved = order.to(action);
			if (moved.kind === 'kept') return { outcome: 'kept', action };
			if (moved.kind === 'refused') return { outcome: 'refused', why: moved.why, action };
			const { changed } = await database.call('change_action', {
				...{ next: rowOf(moved.action), handOut: moved.handOut, now: iso(by.now) },
				audit: auditOf(order, by.actor, action, moved.action),
			});
			if (!changed) continue;
			if (moved.handOut) outboxChanged();
			if (moved.action.status.state === 'failed' && action.status.state !== 'failed') {
				log.warn({ actionId: id, status: moved.action.status }, 'containment step given up');
				// Told by the run after this one: what is told then is told also when this process dies.
				if (this.#sweeping) this.#askedAgainAt = by.now;
			}
			return { outcome: 'done', action: moved.action };
		}
		throw new Error(`action ${id} was changed by others ${TRIES} times in a row`);
	}
}
