import { undatedModel } from './modelName.ts';
import type { MicroCents } from './money.ts';
import { windowName, type Window } from './windows.ts';

/** What a limit counts by. A count is kept for every value of its scope. */
export const LIMIT_SCOPES = [
	'global',
	'tenant',
	'source',
	'workflow',
	'node',
	'provider',
	'model',
	'key',
] as const;
export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** `tokens` are input and output together, `uncachedInputTokens` the input without what the vendor had in its cache; `concurrency` counts calls that are under way. */
export const LIMIT_UNITS = [
	'requests',
	'tokens',
	'inputTokens',
	'uncachedInputTokens',
	'outputTokens',
	'microCents',
	'concurrency',
] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];

/** Whose calls a limit is for: everybody's, those of tenants on a plan, or one tenant's. */
export type LimitAudience =
	| { kind: 'all' }
	| { kind: 'plan'; plan: string }
	| { kind: 'tenant'; tenantId: string };

/** One rule: at most `capacity` of `unit` per `window` for each value of `scope`. */
export type Limit = {
	id: string;
	scope: LimitScope;
	/**
	 * The one value that is limited, as `subjectOf` writes it, '' for calls that do not say theirs; null: every value,
	 * each by itself.
	 */
	subject: string | null;
	unit: LimitUnit;
	/** null exactly when the unit is `concurrency`, which has no window. */
	window: Window | null;
	/** 0 lets nothing through; at most 2⁵³ − 1. */
	capacity: number;
	audience: LimitAudience;
	/**
	 * One count over all tenants; otherwise every tenant has a count of its own. Always true for scope `global`, never
	 * for scope `tenant`, and only with audience `all`: a count over everybody is everybody's.
	 */
	shared: boolean;
	/** `shadow` counts and tells, and refuses nothing. */
	mode: 'enforce' | 'shadow';
	/** `queue`: a call that can be resumed waits for room; `reject`: it is refused like any other. */
	whenOver: 'queue' | 'reject';
	/** What is answered while the counter store does not answer: `closed` refuses, `open` lets through. */
	whenStoreDown: 'closed' | 'open';
};

/** Who makes a call and with what; a missing value is unknown. */
export type CallSubjects = {
	tenantId: string;
	source?: string | undefined;
	workflowId?: string | undefined;
	nodeName?: string | undefined;
	provider?: string | undefined;
	model?: string | undefined;
	keyId?: string | undefined;
};

/** What a call uses or is expected to use. `cacheReadTokens` are those of the input the vendor had in its cache. */
export type CallSize = {
	microCents: MicroCents;
	inputTokens: number;
	cacheReadTokens: number;
	outputTokens: number;
};

export const NOTHING_USED: CallSize = {
	microCents: 0,
	inputTokens: 0,
	cacheReadTokens: 0,
	outputTokens: 0,
};

/**
 * What is counted, apart from how much of it is allowed: changing a limit's capacity, plan or mode forgets nothing, and
 * two limits on the same thing share one count.
 */
export type Counter = {
	/** `model=openai/gpt-4o|tokens|1h`; unique within the tenant, or among the shared ones. */
	id: string;
	shared: boolean;
	scope: LimitScope;
	/** Empty for `global`, and for calls that do not say what they are of the scope. */
	subject: string;
	unit: LimitUnit;
	window: Window | null;
};

/** A limit as it applies to one call. */
export type AppliedLimit = { limit: Limit; counter: Counter };

/** Where one limit stands for one subject: held is asked for and not yet settled. */
export type LimitState = AppliedLimit & {
	spent: number;
	held: number;
	/** Epoch ms when the oldest counted use is free again; null when nothing is counted. */
	resetsAt: number | null;
};

/** What may still be asked for; 0 also when more is used than was allowed. */
export function remainingOf({ limit, spent, held }: LimitState): number {
	return Math.max(0, limit.capacity - spent - held);
}

/**
 * The value a call has in a scope; '' when it does not say, so that silence is counted too. Node names are unique
 * within a workflow only, models within a provider: `openai/gpt-4o`.
 */
export function subjectOf(scope: LimitScope, call: CallSubjects): string {
	switch (scope) {
		case 'global':
			return '';
		case 'tenant':
			return call.tenantId;
		case 'source':
			return call.source ?? '';
		case 'workflow':
			return call.workflowId ?? '';
		case 'node':
			return joined(call.workflowId, call.nodeName);
		case 'provider':
			return call.provider ?? '';
		case 'model':
			return joined(call.provider, call.model && undatedModel(call.model));
		case 'key':
			return call.keyId ?? '';
	}
}

export function counterOf(
	limit: Pick<Limit, 'scope' | 'unit' | 'window' | 'shared'>,
	subject: string,
): Counter {
	const { scope, unit, window, shared } = limit;
	const span = window === null ? 'now' : windowName(window);

	return { id: `${scope}=${subject}|${unit}|${span}`, shared, scope, subject, unit, window };
}

/** How much of a limit's unit one call of this size takes. */
export function amountOf(unit: LimitUnit, size: CallSize): number {
	switch (unit) {
		case 'requests':
		case 'concurrency':
			return 1;
		case 'tokens':
			return size.inputTokens + size.outputTokens;
		case 'inputTokens':
			return size.inputTokens;
		case 'uncachedInputTokens':
			return size.inputTokens - size.cacheReadTokens;
		case 'outputTokens':
			return size.outputTokens;
		case 'microCents':
			return size.microCents;
	}
}

/** A limit's id says what it counts, so a message that names it needs no lookup: `tenant-microCents-day`. */
export function limitId(scope: LimitScope, unit: LimitUnit, window: Window | null): string {
	return `${scope}-${unit}-${window === null ? 'now' : windowName(window)}`;
}

/**
 * The limits a call has to pass. Of several on the same count in the same mode the narrowest audience wins: a tenant's
 * own limit replaces its plan's, and the plan's replaces everybody's.
 */
export function applicableLimits(
	limits: readonly Limit[],
	call: CallSubjects,
	plan: string | null,
): AppliedLimit[] {
	const matching: AppliedLimit[] = [];
	for (const limit of limits) {
		const subject = subjectOf(limit.scope, call);
		if (!isFor(limit.audience, call.tenantId, plan) || !isOn(limit, subject)) continue;
		matching.push({ limit, counter: counterOf(limit, subject) });
	}
	return narrowest(matching);
}

/** One limit for each count and mode: of the narrowest audience, then on the one value, then the last of the list. */
export function narrowest(applied: readonly AppliedLimit[]): AppliedLimit[] {
	const chosen = new Map<string, AppliedLimit>();
	for (const candidate of applied) {
		const { limit, counter } = candidate;
		const key = `${limit.mode}|${counter.shared}|${counter.id}`;
		const rival = chosen.get(key);
		if (!rival || narrowness(limit) >= narrowness(rival.limit)) chosen.set(key, candidate);
	}
	return [...chosen.values()];
}

const NARROWNESS: Record<LimitAudience['kind'], number> = { all: 0, plan: 2, tenant: 4 };

/** A limit on one named value is narrower than one on every value of the same audience. */
function narrowness({ audience, subject }: Limit): number {
	return NARROWNESS[audience.kind] + (subject === null ? 0 : 1);
}

function isFor(audience: LimitAudience, tenantId: string, plan: string | null): boolean {
	if (audience.kind === 'all') return true;

	return audience.kind === 'plan' ? audience.plan === plan : audience.tenantId === tenantId;
}

function isOn(limit: Limit, subject: string): boolean {
	return limit.subject === null || limit.subject === subject;
}

/** The first slash is where the outer name ends, so one within it is escaped: `a/b` + `c` is not `a` + `b/c`. */
function joined(outer = '', inner = ''): string {
	if (outer === '' && inner === '') return '';

	return `${outer.replaceAll('%', '%25').replaceAll('/', '%2F')}/${inner}`;
}
