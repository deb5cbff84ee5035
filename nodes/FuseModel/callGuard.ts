import { admit } from './admission.ts';
import { answerSlot } from './answerCache.ts';
import { recordAnswer, settled, triesAgain, type Attempt, type Failure } from './attempt.ts';
import { openRun, type CallRun, type GuardContext } from './callRun.ts';
import { checkPrompt } from './checkPrompt.ts';
import { hintSharedTenant } from './hints.ts';
import { keepLease } from './keepLease.ts';
import type { ModelCall, StreamForm } from './langchainTypes.ts';
import { resultUsage, type CallUsage } from './messageUsage.ts';
import { replay } from './replay.ts';
import { openLog, type RunLog } from './runLog.ts';
import { tallyStream } from './streamUsage.ts';

/** Asks before each request of a model and records after it; `send` makes one request. */
export type CallGuard = {
	generate(call: ModelCall, send: (observe: Observe) => Promise<unknown>): Promise<unknown>;
	stream(
		call: ModelCall,
		form: StreamForm,
		send: () => AsyncIterable<unknown>,
	): AsyncIterable<unknown>;
};

/** Is told of each chunk, when a model makes its answer out of its own stream. */
export type Observe = (chunk: unknown) => void;

export function callGuard(guard: GuardContext): CallGuard {
	return {
		generate: async (call, send) => await generate(guard, call, send),
		stream: (call, form, send) => stream(guard, { call, form }, send),
	};
}

async function generate(
	guard: GuardContext,
	call: ModelCall,
	send: (observe: Observe) => Promise<unknown>,
): Promise<unknown> {
	const { run, log } = open(guard, call);
	const slot = answerSlot(guard, run, 'result');
	const kept = slot?.find();
	if (kept) {
		log.fromCache();
		return kept[0];
	}

	for (;;) {
		const attempt = await start(guard, { run, log }, 'chunks');
		const outcome = await settled(send(attempt.tally.add));
		attempt.lease.end();
		if ('value' in outcome) {
			const used = answerUsage(attempt, outcome.value);
			await recordAnswer(guard, attempt, used);
			// Some models make an answer of what had come when they were aborted.
			if (!run.isStopped()) slot?.keep([outcome.value]);
			return outcome.value;
		}
		if (!(await triesAgain(guard, attempt, outcome))) throw outcome.error;
	}
}

async function* stream(
	guard: GuardContext,
	{ call, form }: { call: ModelCall; form: StreamForm },
	send: () => AsyncIterable<unknown>,
): AsyncGenerator {
	const { run, log } = open(guard, call);
	const slot = answerSlot(guard, run, form);
	const kept = slot?.find();
	if (kept) {
		log.fromCache();
		yield* replay(kept, call.runManager);
		return;
	}

	for (;;) {
		const attempt = await start(guard, { run, log }, form);
		const outcome = yield* attemptStream(guard, attempt, send);
		if ('whole' in outcome) {
			if (outcome.whole) slot?.keep(outcome.whole);
			return;
		}
		if (!(await triesAgain(guard, attempt, outcome))) throw outcome.error;
	}
}

/**
 * Hands out one stream. A failure before its first part is returned, so that the call may be made again; what was
 * handed out is used and paid for, whatever comes after it. `whole`: all parts, when the vendor came to its end.
 */
async function* attemptStream(
	guard: GuardContext,
	attempt: Attempt,
	send: () => AsyncIterable<unknown>,
): AsyncGenerator<unknown, { whole: unknown[] | undefined } | Failure> {
	const { run, log, tally, lease } = attempt;
	const parts: unknown[] = [];
	let ended = false;
	let failure: Failure | undefined;
	try {
		for await (const part of send()) {
			tally.add(part);
			if (guard.settings.cacheMs > 0) parts.push(part);
			lease.handOver();
			yield part;
			lease.takeBack();
		}
		// LangChain's OpenAI stream ends without a word when it is aborted.
		ended = !run.isStopped();
	} catch (error) {
		failure = { error };
	} finally {
		// Also when the consumer leaves the loop early: then nothing behind this block runs.
		lease.end();
		if (ended || tally.hasParts()) {
			await recordAnswer(guard, attempt, tally.usage(run.estimatedInput, ended), failure);
		}
	}
	if (failure && tally.hasParts()) throw failure.error;
	if (failure) return failure;
	if (!ended && !tally.hasParts()) log.stopped(undefined);
	return { whole: ended ? parts : undefined };
}

/** What a model made out of its stream says less than the stream itself: of Anthropic's tokens it is even wrong. */
function answerUsage({ run, tally }: Attempt, result: unknown): CallUsage {
	const { estimatedInput, facts } = run;
	const streamed = tally.hasParts() ? tally.usage(estimatedInput, !run.isStopped()) : undefined;
	if (streamed && (!streamed.estimated || run.isStopped())) return streamed;

	return resultUsage(result, estimatedInput, facts.provider);
}

function open(guard: GuardContext, call: ModelCall): { run: CallRun; log: RunLog } {
	const run = openRun(guard, call);
	const log = openLog(guard.context, run);
	hintSharedTenant(guard, run);
	checkPrompt(guard, run);

	return { run, log };
}

/** One request's leave, with what watches over it. */
async function start(
	guard: GuardContext,
	{ run, log }: { run: CallRun; log: RunLog },
	form: StreamForm,
): Promise<Attempt> {
	const outcome = await settled(admit(guard, run));
	if (!('value' in outcome)) {
		log.stopped(outcome.error);
		throw outcome.error;
	}
	const admission = outcome.value;
	const lease = keepLease(guard, admission.reservationId);

	return { run, log, admission, lease, tally: tallyStream(form, run.facts.provider) };
}
