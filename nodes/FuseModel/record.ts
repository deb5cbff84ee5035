import type { IDataObject } from 'n8n-workflow';
import { isCount } from '../../core/readers/counts.ts';
import { isRecord, listAt, type JsonRecord } from '../../core/readers/reading.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import { reportLater } from '../shared/reportLater.ts';
import type { ServiceAnswer } from '../shared/service.ts';
import { serviceError } from '../shared/serviceErrors.ts';
import type { CallEvents } from './callEvents.ts';
import type { GuardContext } from './callRun.ts';

/** What became of the record of one request. */
export type Recorded =
	| {
			recorded: true;
			costMicroCents: number | undefined;
			/** The tightest limit of the call; undefined when there is none, or the service is older. */
			remaining: JsonRecord | undefined;
	  }
	| { recorded: false; reason: string };

/** Recording may take longer than asking: the answer is there already. */
const RECORD_TIMEOUT_MIN_MS = 10_000;

/**
 * Records what was used; never throws, as an answer that is paid for must reach its consumer. What the service could not
 * take is sent again in the background; the lease, if there is one, counts as estimated spend until then.
 */
export async function record(guard: GuardContext, events: CallEvents): Promise<Recorded> {
	const [main, ...others] = events;
	const { reservationId } = main.data;
	if (reservationId === undefined) return await report(guard, events);

	const path = `/v1/reservations/${encodeURIComponent(reservationId)}/settle?include=remaining`;
	const recorded = await deliver(guard, path, asJson(main));
	if (others.length === 0) return recorded;

	const more = await report(guard, others);
	return recorded.recorded && more.recorded
		? { ...recorded, costMicroCents: sum(recorded, more) }
		: recorded;
}

/** Ends the hold of a request that was not made. A service that does not answer lets the lease run out. */
export async function release(
	{ service, settings: { timeoutMs } }: GuardContext,
	reservationId: string,
): Promise<void> {
	const path = `/v1/reservations/${encodeURIComponent(reservationId)}/release`;
	await service.ask({ method: 'POST', path, timeoutMs });
}

async function report(guard: GuardContext, events: readonly UsageEvent[]): Promise<Recorded> {
	return await deliver(guard, '/v1/usage', events.map(asJson));
}

async function deliver(
	guard: GuardContext,
	path: string,
	body: IDataObject | IDataObject[],
): Promise<Recorded> {
	const { context, service, settings } = guard;
	const timeoutMs = Math.max(settings.timeoutMs, RECORD_TIMEOUT_MIN_MS);
	const send = async (): Promise<ServiceAnswer> =>
		await service.ask({ method: 'POST', path, body, timeoutMs });

	const answer = await send();
	if (answer.outcome === 'unavailable') {
		reportLater({ send, forMs: settings.reportForMs });
		return { recorded: false, reason: `It is sent again later. ${answer.reason}` };
	}
	if (answer.status >= 300) {
		const purpose = { action: 'report usage', role: 'record' } as const;
		return {
			recorded: false,
			reason: serviceError(context.getNode(), service, purpose, answer).message,
		};
	}
	return taken(isRecord(answer.body) ? answer.body : {});
}

function taken(body: JsonRecord): Recorded {
	const costs = [body['costMicroCents'], ...listAt(body, 'costsMicroCents')].filter(isCount);

	return {
		recorded: true,
		costMicroCents: costs.length === 0 ? undefined : costs.reduce((all, cost) => all + cost, 0),
		remaining: listAt(body, 'remaining').find(isRecord),
	};
}

function sum(
	one: Extract<Recorded, { recorded: true }>,
	other: Extract<Recorded, { recorded: true }>,
): number {
	return (one.costMicroCents ?? 0) + (other.costMicroCents ?? 0);
}

function asJson(event: UsageEvent): IDataObject {
	const { usage, rateLimitHeaders, ...data } = event.data;

	return {
		...event,
		data: {
			...data,
			usage: { ...usage },
			...(rateLimitHeaders ? { rateLimitHeaders: { ...rateLimitHeaders } } : {}),
		},
	};
}
