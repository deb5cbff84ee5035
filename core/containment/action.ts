import type { Severity } from '../alert.ts';

/** The steps of the ladder, the mildest first; each later one costs the tenant more. */
export const ACTION_KINDS = [
	'throttle',
	'queueOnly',
	'block',
	'providerSpendLimit',
	'revokeKey',
	'pauseCollection',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** How a step ended at its vendor. `already`: it was so before, or the target is gone, which is the same. */
export const OUTCOMES = ['applied', 'already', 'notFound', 'unsupported', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type GoodOutcome = Exclude<Outcome, 'failed'>;

/** `undo` puts back what `apply` changed, from the values it stored. */
export type Direction = 'apply' | 'undo';

/** The service does these itself: throttle, queueOnly, block, and revokeKey of the keys it issued. */
export const OWN_VENDOR = 'llm-fuse';

/** A step on one target, as it is planned when its incident opens. */
export type PlannedAction = {
	/** `act_…` */
	id: string;
	incidentId: string;
	tenantId: string;
	action: ActionKind;
	vendor: string;
	targetId: string;
	/** Place on the ladder: reversible steps first, then by kind. */
	position: number;
	/** False: nothing brings it back; such a step always waits for a person. */
	reversible: boolean;
	/** What it begins with. `requested` is on its way, `awaitingApproval` waits for a person, `dryRun` is only told. */
	state: 'requested' | 'awaitingApproval' | 'dryRun';
	/** What the vendor needs to know beside the target: project, threshold, behaviour. No secrets. */
	settings: Record<string, unknown>;
};

/** Every step that has a life: see `transitions.ts` for who may follow whom. Times are epoch ms. */
export type Action = Omit<PlannedAction, 'state' | 'action'> & {
	/** `notify`: a workflow reported it without having been asked. */
	action: ActionKind | 'notify';
	severity: Severity;
	rule: string;
	/** Rises with every new decision (apply, undo, apply again), never with a retry: part of idempotency keys. */
	sequence: number;
	direction: Direction;
	status: ActionStatus;
	/** Times it was handed out, for whatever decision: claims and reports name theirs. */
	attempt: number;
	/** Those of them that were for earlier decisions. */
	attemptsBefore: number;
	/** The last attempt that was said to have failed; 0: none was. */
	failedAttempt: number;
	/** Somebody said of the present decision that they are at it, and may have done it. */
	wasClaimed: boolean;
	/** Values before the step, enough to undo it; null until a vendor told them. */
	restore: Record<string, unknown> | null;
	/** Who approved or declined it, or asked for it again. */
	decidedBy: string | null;
	requestedAt: number | null;
	appliedAt: number | null;
	verifiedAt: number | null;
	reportedAt: number | null;
	/** A step for a while is undone then. */
	endsAt: number | null;
	/** Rises with every change: of two changes at once one is made. */
	revision: number;
};

export type ActionStatus =
	| { state: 'awaitingApproval' }
	| { state: 'declined' }
	| { state: 'dryRun' }
	/**
	 * On its way to whoever does it; handed out (again) at `dueAt`. Until `claimedUntil` one is at it. `error`: of the last
	 * attempt that failed, null while none did.
	 */
	| { state: 'requested'; dueAt: number; claimedUntil: number | null; error: string | null }
	| { state: 'done'; outcome: GoodOutcome; detail: string | null }
	/** Given up after its last attempt: a dead letter until somebody retries it. */
	| { state: 'failed'; error: string }
	| { state: 'undone'; outcome: GoodOutcome };

export type ActionState = ActionStatus['state'];

export const ACTION_STATES = [
	'awaitingApproval',
	'declined',
	'dryRun',
	'requested',
	'done',
	'failed',
	'undone',
] as const satisfies readonly ActionState[];
