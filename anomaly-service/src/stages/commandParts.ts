import type { Action } from '../../../core/containment/action.ts';
import type { Reply } from '../../../core/commands/reply.ts';
import type { Database } from '../ports/database.ts';
import type { AlertStates } from './alertStates.ts';
import type { ContainmentDesk } from './containmentDesk.ts';
import type { Mutes } from './mutes.ts';
import type { Caller } from './serviceKeys.ts';
import type { TenantDesk } from './tenantDesk.ts';

/** What commands are carried out with. */
export type CommandParts = {
	database: Database;
	desk: Pick<TenantDesk, 'block' | 'list' | 'spend' | 'state' | 'unblock'>;
	containment: Pick<ContainmentDesk, 'action' | 'actionsOf' | 'approve' | 'decline' | 'undo'>;
	alertStates: Pick<AlertStates, 'acknowledge'>;
	mutes: Pick<Mutes, 'mute'>;
	/** The counter store does not answer now. */
	isDegraded: () => boolean;
	/** Rules people are told of. */
	rules: readonly string[];
};

/** Who orders, through whose key. */
export type Order = {
	caller: Caller;
	/** `telegram:5550123` */
	actor: string;
	/** As people call them. */
	by: string;
	now: number;
};

/** What became of a command. */
export type Carried = {
	reply: Reply;
	outcome: string;
	/** What it was about, for the audit. */
	tenantId?: string;
	incidentId?: string;
	subjectId?: string;
};

/** Nothing a command may ask for is of another tenant than its key is. */
export function visibleTo({ caller }: Order, tenantId: string): boolean {
	return caller.tenantId === null || caller.tenantId === tenantId;
}

export function aboutStep(step: Action): Pick<Carried, 'tenantId' | 'incidentId' | 'subjectId'> {
	const { id: subjectId, incidentId, tenantId } = step;

	return { tenantId, incidentId, subjectId };
}
