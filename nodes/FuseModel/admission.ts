import type { IDataObject } from 'n8n-workflow';
import type { ServiceAnswer } from '../shared/service.ts';
import { serviceError } from '../shared/serviceErrors.ts';
import { newEventId, type CallRun, type GuardContext } from './callRun.ts';
import { pause } from './clock.ts';
import { parseDecision, type FuseDecision, type Rejection } from './decision.ts';
import { hint } from './hints.ts';
import { release } from './record.ts';
import { rejection } from './rejection.ts';
import { holdsForEveryModel } from './stickyRejections.ts';

/** Leave to make one request. */
export type Admission = {
	/** Undefined when the service gave no answer and the user chose to continue. */
	reservationId: string | undefined;
	/** Nobody could say whether there is room. */
	degraded: boolean;
	admittedAt: number;
	eventId: string;
};

/** Room that is said to come at once is not asked for in a tight loop. */
const WAIT_MIN_MS = 100;

/**
 * Asks until there is room, as long as the user lets a call wait. Throws what its consumer should see: a no, an answer
 * that makes no sense, or that the execution was stopped.
 */
export async function admit(guard: GuardContext, run: CallRun): Promise<Admission> {
	for (;;) {
		run.throwIfStopped();
		const standing = standingRejection(guard, run);
		const answer = standing ?? (await ask(guard, run));
		if ('outcome' in answer && answer.outcome === 'unavailable') {
			return withoutAnswer(guard, run, answer);
		}
		const decision = 'outcome' in answer ? decisionOf(guard, answer) : answer;
		if (decision.decision === 'allow') return await allowed(guard, run, decision);

		const waitMs = waitFor(guard, run, decision.retryAfterMs);
		if (waitMs === undefined) throw refused(guard, run, decision);
		await pause(guard.clock, waitMs, run.isStopped);
		run.waitedMs += waitMs;
		run.waitedForRoomMs += waitMs;
	}
}

/**
 * A no to this tenant in this execution. It is not asked for again: LangChain calls a fallback model after any error,
 * which may be behind another node of this kind, and "Retry On Fail" calls everything again.
 */
function standingRejection({ memory, clock }: GuardContext, run: CallRun): Rejection | undefined {
	return memory.rejections.standing(run.origin.executionId, run.tenantId, clock.now());
}

function refused({ context, memory, clock }: GuardContext, run: CallRun, no: Rejection): Error {
	const { tenantId, origin } = run;
	if (holdsForEveryModel(no.reasons)) {
		const { executionId } = origin;
		memory.rejections.note({ executionId, tenantId, rejection: no, now: clock.now() });
	}
	return rejection(context.getNode(), tenantId, no);
}

function decisionOf(
	guard: GuardContext,
	answer: Extract<ServiceAnswer, { outcome: 'answered' }>,
): FuseDecision {
	const decision = answer.status === 200 ? parseDecision(answer.body) : undefined;
	if (!decision) throw askError(guard, answer);

	return decision;
}

async function ask({ service, settings }: GuardContext, run: CallRun): Promise<ServiceAnswer> {
	const { provider, model, maxOutputTokens } = run.facts;
	const { keyId, leaseMs, timeoutMs } = settings;
	const body: IDataObject = {
		tenantId: run.tenantId,
		// As the events of this workflow are named, so that a limit on a source counts both.
		source: `n8n/${run.origin.workflowId}`,
		...run.origin,
		provider,
		model,
		inputTokens: run.estimatedInput,
		...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
		...(keyId === undefined ? {} : { keyId }),
		ttlSeconds: leaseMs / 1_000,
	};
	return await service.ask({ method: 'POST', path: '/v1/reservations', body, timeoutMs });
}

async function allowed(
	guard: GuardContext,
	run: CallRun,
	{ reservationId, degraded }: Extract<FuseDecision, { decision: 'allow' }>,
): Promise<Admission> {
	if (run.isStopped()) {
		// Nothing was sent, so nothing may stay held.
		await release(guard, reservationId);
		run.throwIfStopped();
	}
	return admission(guard, run, { reservationId, degraded });
}

function withoutAnswer(guard: GuardContext, run: CallRun, answer: ServiceAnswer): Admission {
	if (guard.settings.whenUnavailable === 'failClosed') throw askError(guard, answer);
	run.throwIfStopped();
	hint(
		guard,
		'unavailable',
		'The LLM Fuse service gave no answer, so calls were made unchecked. Their usage is reported as soon as it answers again.',
	);

	return admission(guard, run, { reservationId: undefined, degraded: true });
}

function admission(
	{ clock }: GuardContext,
	run: CallRun,
	answer: Pick<Admission, 'reservationId' | 'degraded'>,
): Admission {
	const admittedAt = clock.now();
	run.attempts += 1;
	run.firstAttemptAt ??= admittedAt;

	return { ...answer, admittedAt, eventId: newEventId(run) };
}

/** Undefined: time alone does not help, or more of it is needed than a call may wait. */
function waitFor(
	{ settings }: GuardContext,
	run: CallRun,
	retryAfterMs: number | null,
): number | undefined {
	if (retryAfterMs === null) return undefined;
	const waitMs = Math.max(retryAfterMs, WAIT_MIN_MS);

	return run.waitedForRoomMs + waitMs <= settings.maxWaitMs ? waitMs : undefined;
}

function askError({ context, service }: GuardContext, answer: ServiceAnswer): Error {
	const purpose = { action: 'ask for a reservation', role: 'ask' } as const;

	return serviceError(context.getNode(), service, purpose, answer);
}
