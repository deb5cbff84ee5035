import { randomUUID } from 'node:crypto';
import type { ISupplyDataFunctions } from 'n8n-workflow';
import { attribution, type Attribution } from '../shared/attribution.ts';
import type { Service } from '../shared/service.ts';
import { callHashes, type CallHashes } from './callHashes.ts';
import type { Clock } from './clock.ts';
import type { ModelCall } from './langchainTypes.ts';
import { modelFacts, type ModelFacts } from './modelFacts.ts';
import type { ProcessMemory } from './processMemory.ts';
import { promptTokens } from './promptSize.ts';
import type { Settings } from './settings.ts';
import { noTenant, tenantOf } from './tenantOf.ts';

/** What every part of this node works with. */
export type GuardContext = {
	context: ISupplyDataFunctions;
	service: Service;
	settings: Settings;
	clock: Clock;
	memory: ProcessMemory;
};

/** One call of the model as its consumer sees it; with retries it is several requests. */
export type CallRun = {
	call: ModelCall;
	tenantId: string;
	/** The consumer named the tenant for this item. */
	perItem: boolean;
	facts: ModelFacts;
	estimatedInput: number;
	hashes: CallHashes;
	origin: Attribution;
	startedAt: number;
	attempts: number;
	/** When the first request was allowed; what the call waited for room before does not count against its retries. */
	firstAttemptAt: number | undefined;
	/** All waits together: for room, and for a provider between attempts. */
	waitedMs: number;
	waitedForRoomMs: number;
	/** The execution was stopped, or the consumer gave this call up. */
	isStopped: () => boolean;
	throwIfStopped: () => void;
};

export function openRun({ context, settings, clock }: GuardContext, call: ModelCall): CallRun {
	const tenant = tenantOf(call.metadata, settings);
	if (!tenant) throw noTenant(context, settings);

	const signals = [call.options['signal'], context.getExecutionCancelSignal()].filter(isSignal);
	const known = modelFacts(call);

	return {
		call,
		...tenant,
		facts: {
			...known,
			provider: settings.provider ?? known.provider,
			endpoint: settings.endpoint ?? known.endpoint,
			maxOutputTokens: settings.maxOutputTokens ?? known.maxOutputTokens,
		},
		estimatedInput: promptTokens(call.messages, call.options['tools']),
		hashes: callHashes(call),
		origin: attribution(context),
		startedAt: clock.now(),
		attempts: 0,
		firstAttemptAt: undefined,
		waitedMs: 0,
		waitedForRoomMs: 0,
		isStopped: () => signals.some((signal) => signal.aborted),
		throwIfStopped: () => signals.forEach((signal) => signal.throwIfAborted()),
	};
}

/** Unique for each request to the vendor, and the same each time its usage is sent. */
export function newEventId({ origin }: CallRun): string {
	return `${origin.executionId}:${randomUUID()}`;
}

function isSignal(value: unknown): value is AbortSignal {
	return typeof value === 'object' && value !== null && 'aborted' in value;
}
