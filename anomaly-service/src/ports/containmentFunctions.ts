import type { Severity } from '../../../core/alert.ts';
import type {
	Action,
	ActionState,
	Direction,
	GoodOutcome,
} from '../../../core/containment/action.ts';
import type { ContainmentPolicy, TenantTargets } from '../../../core/containment/policy.ts';
import type { Delivery } from '../../../core/containment/transitions.ts';

/** ISO 8601 instant. */
type Instant = string;
type EpochMs = number;

/** A containment step as it is kept: `Action` with its status spread out. */
export type ActionRow = Pick<
	Action,
	| 'id'
	| 'incidentId'
	| 'tenantId'
	| 'action'
	| 'vendor'
	| 'targetId'
	| 'position'
	| 'reversible'
	| 'settings'
	| 'sequence'
	| 'attempt'
	| 'attemptsBefore'
	| 'failedAttempt'
	| 'wasClaimed'
	| 'restore'
	| 'decidedBy'
	| 'requestedAt'
	| 'appliedAt'
	| 'verifiedAt'
	| 'reportedAt'
	| 'endsAt'
	| 'revision'
> & {
	severity: Severity;
	rule: string;
	direction: Direction;
	state: ActionState;
	outcome: GoodOutcome | null;
	/** Of a failed one its error, of one that is tried again that of the last attempt. */
	detail: string | null;
	dueAt: EpochMs | null;
	claimedUntil: EpochMs | null;
	createdAt: EpochMs;
};

/** What an incident that is open already looks like to one that wants to be. */
export type ExistingIncident = {
	severity: Severity;
	breakerOpened: boolean;
	breakerState: 'closed' | 'open' | 'halfOpen' | 'isolated';
	openings: number;
	/** Of its next message to people. */
	nextSequence: number;
};

type SettingOutcome = 'created' | 'replaced' | 'unchanged' | 'removed' | 'unknown';

export type ContainmentFunctions = {
	load_action: { args: { id: string; tenantId: string | null }; result: ActionRow | null };
	list_actions: {
		args: {
			incidentId: string | null;
			tenantId: string | null;
			state: ActionState | null;
			after: string | null;
			limit: number;
		};
		result: ActionRow[];
	};
	change_action: {
		args: {
			next: Omit<ActionRow, 'createdAt'>;
			handOut: boolean;
			audit: { actor: string; event: string; detail: Record<string, unknown> } | null;
			now: Instant;
		};
		result: { changed: boolean };
	};
	due_actions: {
		args: { now: Instant; limit: number };
		result: (ActionRow & { delivery: Delivery })[];
	};
	dead_action_told: { args: { id: string }; result: { noted: boolean } };
	blocks_over: { args: { now: Instant }; result: string[] };
	load_containment: {
		args: Record<string, never>;
		result: {
			policies: { tenantId: string; policy: ContainmentPolicy }[];
			targets: { tenantId: string; targets: TenantTargets }[];
		};
	};
	put_containment_policy: {
		args: { tenantId: string; policy: ContainmentPolicy | null; actor: string; now: Instant };
		result: { outcome: SettingOutcome };
	};
	put_containment_targets: {
		args: { tenantId: string; targets: TenantTargets | null; actor: string; now: Instant };
		result: { outcome: SettingOutcome };
	};
};
