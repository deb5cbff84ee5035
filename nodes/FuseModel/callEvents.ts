import { NO_USAGE } from '../../core/usage.ts';
import { USAGE_EVENT_TYPE, type UsageData, type UsageEvent } from '../../core/usageEvent.ts';
import type { VendorError } from '../../core/readers/vendorErrors.ts';
import type { Admission } from './admission.ts';
import type { CallRun, GuardContext } from './callRun.ts';
import type { CallUsage } from './messageUsage.ts';

/** The events of one request: one, or more when the vendor used other models for parts of its answer. */
export type CallEvents = readonly [UsageEvent, ...UsageEvent[]];

/** The answer has no id or a longer one than the service takes. */
const REQUEST_ID_MAX = 200;

export function answeredEvents(
	guard: GuardContext,
	run: CallRun,
	admission: Admission,
	{ calls, estimated, costMicroCents, otherUnits, serviceTier, requestId }: CallUsage,
): CallEvents {
	const [main, ...others] = calls;
	const each: Partial<UsageData> = serviceTier === undefined ? {} : { serviceTier };
	const once: Partial<UsageData> = {
		...run.hashes,
		statusCode: 200,
		latencyMs: Math.max(0, Math.round(guard.clock.now() - admission.admittedAt)),
		...(estimated ? { estimated } : {}),
		...(costMicroCents === undefined ? {} : { costMicroCents }),
		...(otherUnits === undefined ? {} : { otherUnits }),
		...(requestId && requestId.length <= REQUEST_ID_MAX ? { requestId } : {}),
	};
	return [
		event(guard, run, admission, {
			model: main.model ?? run.facts.model,
			usage: main.usage,
			...each,
			...once,
			...reservationOf(admission),
		}),
		...others.map(({ model, usage }, index) => ({
			...event(guard, run, admission, { model: model ?? run.facts.model, usage, ...each }),
			id: `${admission.eventId}:${index + 1}`,
		})),
	];
}

/** The vendor answered with an error: nothing is billed, but the error rate and the provider's limits learn of it. */
export function failedEvents(
	guard: GuardContext,
	run: CallRun,
	admission: Admission,
	{ status, rateLimitHeaders }: VendorError,
): CallEvents {
	return [
		event(guard, run, admission, {
			model: run.facts.model,
			usage: NO_USAGE,
			...run.hashes,
			latencyMs: Math.max(0, Math.round(guard.clock.now() - admission.admittedAt)),
			...(status === undefined ? {} : { statusCode: status }),
			...(Object.keys(rateLimitHeaders).length === 0 ? {} : { rateLimitHeaders }),
			...reservationOf(admission),
		}),
	];
}

function event(
	{ settings, clock }: GuardContext,
	run: CallRun,
	{ eventId }: Admission,
	data: Omit<UsageData, 'provider'>,
): UsageEvent {
	const { provider, endpoint } = run.facts;

	return {
		specversion: '1.0',
		id: eventId,
		source: `n8n/${run.origin.workflowId}`,
		type: USAGE_EVENT_TYPE,
		subject: run.tenantId,
		time: new Date(clock.now()).toISOString(),
		data: {
			provider,
			...data,
			...(endpoint ? { endpoint } : {}),
			...(settings.keyId === undefined ? {} : { keyId: settings.keyId }),
			...run.origin,
		},
	};
}

function reservationOf({ reservationId }: Admission): Partial<UsageData> {
	return reservationId === undefined ? {} : { reservationId };
}
