import type { Decision, RejectReason } from '../../../core/decision.ts';
import { iso } from '../../../core/utc.ts';
import type { NewAuditEntry } from '../ports/auditFunctions.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';

/** What was asked, as far as it is written down: no prompts, no sizes. */
export type RefusedCall = {
	tenantId: string;
	source?: string | undefined;
	workflowId?: string | undefined;
	nodeName?: string | undefined;
	executionId?: string | undefined;
	provider?: string | undefined;
	model?: string | undefined;
	/** The vendor key it would have been made with. */
	keyId?: string | undefined;
};

export type Refusal = {
	decision: Exclude<Decision, { decision: 'allow' }>;
	call: RefusedCall;
	/** Of this decision, `dec_…`; a parked call has an id of its own. */
	decisionId: string;
	/** Who asked. */
	keyId: string;
	now: number;
};

/** Some 30 MB. Beyond it the database is behind by more than it makes good soon. */
const MAX_WAITING = 50_000;
/** Beyond it tenants are not told apart any more. */
const MAX_KINDS = 10_000;
/** One statement of some 30 ms, in an embedded database 100: meanwhile other entries wait for their place in the chain. */
const AT_A_TIME = 500;

type Counted = { entry: NewAuditEntry; count: number; from: string };

/**
 * One audit entry for every call that was not allowed. Written together, after the answers: no caller waits for it, and
 * what the database does not take is kept until it does. Beyond what is kept, refusals of one tenant for the same
 * reasons become one entry that says how many they are.
 */
export class RefusalAudit {
	readonly #database: Database;
	readonly #log: Log;
	#waiting: NewAuditEntry[] = [];
	#counted = new Map<string, Counted>();
	/** Perhaps written: it is sent again as it is. */
	#underWay: readonly NewAuditEntry[] = [];
	#flushing: Promise<void> | undefined;
	#isFailing = false;

	constructor({ database, log }: { database: Database; log: Log }) {
		this.#database = database;
		this.#log = log;
	}

	note(refusal: Refusal): void {
		const entry = entryOf(refusal);
		if (this.#waiting.length < MAX_WAITING && this.#counted.size === 0) this.#waiting.push(entry);
		else this.#count(entry);
	}

	/** Every now and then: writes what waits. A database that does not answer is told of once, and asked again next time. */
	async run(): Promise<void> {
		try {
			await this.flush();
			this.#isFailing = false;
		} catch (error) {
			if (!this.#isFailing) this.#log.error({ err: error }, 'refusals wait for the audit');
			this.#isFailing = true;
		}
	}

	/** Resolves when everything noted before is written; rejects when the database does not take it. */
	flush(): Promise<void> {
		this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));

		return this.#flushing;
	}

	/** At the end of the service: what cannot be written now is lost, which its log says. */
	async stop(): Promise<void> {
		try {
			await this.flush();
			// What was noted while the last of the others was written.
			await this.flush();
		} catch (error) {
			const lost = this.#underWay.length + this.#waiting.length + this.#counted.size;
			this.#log.error({ err: error, lost }, 'refusals were not written into the audit');
		}
	}

	async #flush(): Promise<void> {
		for (;;) {
			if (this.#underWay.length === 0) this.#underWay = this.#next();
			if (this.#underWay.length === 0) return;
			await this.#database.call('add_audit_entries', { entries: this.#underWay });
			this.#underWay = [];
		}
	}

	#next(): readonly NewAuditEntry[] {
		if (this.#waiting.length > 0) {
			const next = this.#waiting.slice(0, AT_A_TIME);
			this.#waiting = this.#waiting.slice(AT_A_TIME);
			return next;
		}
		const [...counted] = this.#counted.values();
		this.#counted = new Map();
		// Their next ones are told apart again.
		return counted.map(({ entry, count, from }) => ({
			...entry,
			detail: { ...entry.detail, coalesced: { count, from, to: entry.at } },
		}));
	}

	#count(entry: NewAuditEntry): void {
		const kind = this.#kindOf(entry);
		const key = JSON.stringify([kind.action, kind.tenantId, kind.detail]);
		const { count, from } = this.#counted.get(key) ?? { count: 0, from: entry.at };
		const first = this.#counted.get(key)?.entry ?? kind;
		this.#counted.set(key, { entry: { ...first, at: entry.at }, count: count + 1, from });
	}

	/** What refusals that become one entry have in common. */
	#kindOf(entry: NewAuditEntry): NewAuditEntry {
		const { reasons, limitIds } = entry.detail;

		return this.#counted.size < MAX_KINDS
			? { ...entry, actor: 'service', detail: { reasons, limitIds } }
			: { ...entry, actor: 'service', tenantId: null, incidentId: null, detail: { reasons } };
	}
}

function entryOf({ decision, call, decisionId, keyId, now }: Refusal): NewAuditEntry {
	const { tenantId, ...asked } = call;
	const { reasons } = decision;
	const isQueued = decision.decision === 'queue';

	return {
		at: iso(now),
		actor: keyId,
		action: isQueued ? 'decision.queued' : 'decision.rejected',
		tenantId,
		incidentId: reasons.map(incidentOf).find((id) => id !== null) ?? null,
		subjectId: isQueued ? decision.queueId : decisionId,
		detail: {
			...asked,
			reasons: reasons.map(({ code }) => code),
			limitIds: reasons.flatMap(limitsOf),
		},
	};
}

function incidentOf(reason: RejectReason): string | null {
	return reason.code === 'breakerOpen' ? reason.incidentId : null;
}

function limitsOf(reason: RejectReason): string[] {
	if (reason.code === 'limitExceeded') return [reason.limitId];

	return 'limitIds' in reason ? reason.limitIds : [];
}
