import { classifyVendorError, type VendorError } from '../../core/readers/vendorErrors.ts';
import type { Admission } from './admission.ts';
import { answeredEvents, failedEvents } from './callEvents.ts';
import type { CallRun, GuardContext } from './callRun.ts';
import { pause } from './clock.ts';
import { hint } from './hints.ts';
import type { Lease } from './keepLease.ts';
import type { CallUsage } from './messageUsage.ts';
import { record } from './record.ts';
import { nextDelayMs } from './retryPolicy.ts';
import type { RunLog } from './runLog.ts';
import type { StreamTally } from './streamUsage.ts';

/** One request to the vendor: what allowed it, and what watches over it. */
export type Attempt = {
	run: CallRun;
	log: RunLog;
	admission: Admission;
	lease: Lease;
	tally: StreamTally;
};

export type Failure = { error: unknown };
export type Outcome<T> = { value: T } | Failure;

/** A provider that is overloaded for minutes is not worth more than this between two attempts. */
const BACKOFF_MAX_MS = 30_000;

/** An outcome as a value: n8n's rules want no caught error thrown again. */
export async function settled<T>(promise: Promise<T>): Promise<Outcome<T>> {
	try {
		return { value: await promise };
	} catch (error) {
		return { error };
	}
}

/** Records what was used and closes the log entry. `brokenBy`: what ended a stream of which a part came. */
export async function recordAnswer(
	guard: GuardContext,
	{ run, log, admission }: Attempt,
	used: CallUsage,
	brokenBy?: Failure,
): Promise<void> {
	const recorded = await record(guard, answeredEvents(guard, run, admission, used));
	if (!recorded.recorded) {
		hint(guard, 'notRecorded', `The usage of a call was not recorded. ${recorded.reason}`);
	}
	const { degraded } = admission;
	const broken = brokenBy && classifyVendorError(brokenBy.error, guard.clock.now());
	log.answered({ used, recorded, degraded, broken });
}

/** After a failed request: tells the service what is known, and waits when the call is to be made again. */
export async function triesAgain(
	guard: GuardContext,
	attempt: Attempt,
	{ error }: Failure,
): Promise<boolean> {
	const { run, log } = attempt;
	const { clock } = guard;
	const failed = classifyVendorError(error, clock.now());
	await recordFailure(guard, attempt, failed);

	const delayMs = run.isStopped() ? undefined : delayFor(guard, run, failed);
	if (delayMs === undefined) {
		log.failed(failed);
		return false;
	}
	await pause(clock, delayMs, run.isStopped);
	run.waitedMs += delayMs;
	return true;
}

/**
 * Without an answer nobody knows whether the vendor worked on the request. Its lease is left to run out then and counts
 * as estimated spend: too much now and then is safer than calls that time out for free.
 */
async function recordFailure(
	guard: GuardContext,
	{ run, admission, tally }: Attempt,
	failed: VendorError,
): Promise<void> {
	if (tally.hasParts()) {
		const used = tally.usage(run.estimatedInput, false);
		await record(guard, answeredEvents(guard, run, admission, used));
	} else if (failed.answered) {
		await record(guard, failedEvents(guard, run, admission, failed));
	}
}

function delayFor(guard: GuardContext, run: CallRun, error: VendorError): number | undefined {
	return nextDelayMs({
		policy: { ...guard.settings.retry, maxDelayMs: BACKOFF_MAX_MS },
		attempt: run.attempts,
		elapsedMs: guard.clock.now() - (run.firstAttemptAt ?? run.startedAt),
		error,
		random: Math.random,
	});
}
