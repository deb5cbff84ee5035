import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isRecord, listAt, type JsonRecord } from '../../core/readers/reading.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import { reportLater } from '../shared/reportLater.ts';
import { fieldErrors, serviceError } from '../shared/serviceErrors.ts';
import type { Service, ServiceAnswer } from '../shared/service.ts';

/** What became of one event. */
export type RecordOutcome =
	| { outcome: 'recorded'; costMicroCents: number | undefined }
	| { outcome: 'refused'; errors: Array<{ pointer: string; detail: string }> }
	| { outcome: 'unavailable'; answer: ServiceAnswer };

/** The service takes up to 1000 events per request. */
const BATCH_MAX = 1000;

const PATH = '/v1/usage';

/**
 * Reports all events, in as few requests as possible; the outcomes are in the order of the events. Sending the same
 * event again is harmless: the service counts each id once, so a retry of the node repairs a lost answer.
 */
export async function recordUsage(
	context: IExecuteFunctions,
	service: Service,
	events: readonly UsageEvent[],
	timeoutMs: number,
): Promise<RecordOutcome[]> {
	const outcomes: RecordOutcome[] = [];
	for (const body of batches(events)) {
		const answer = await service.ask({ method: 'POST', path: PATH, body, timeoutMs });
		outcomes.push(...batchOutcomes(context, service, body.length, answer));
	}
	return outcomes;
}

/** Goes on reporting in the background what the service could not take, for as long as the user allows. */
export function recordUsageLater(
	service: Service,
	events: readonly UsageEvent[],
	limits: { timeoutMs: number; forMs: number },
): void {
	const { timeoutMs, forMs } = limits;
	for (const body of batches(events)) {
		const send = () => service.ask({ method: 'POST', path: PATH, body, timeoutMs });
		reportLater({ send, forMs });
	}
}

function batches(events: readonly UsageEvent[]): IDataObject[][] {
	const all: IDataObject[][] = [];
	for (let start = 0; start < events.length; start += BATCH_MAX) {
		all.push(events.slice(start, start + BATCH_MAX).map(asJson));
	}
	return all;
}

function batchOutcomes(
	context: IExecuteFunctions,
	service: Service,
	size: number,
	answer: ServiceAnswer,
): RecordOutcome[] {
	if (answer.outcome === 'unavailable') {
		return Array.from({ length: size }, () => ({ outcome: 'unavailable', answer }));
	}
	const refusals = new Map<number, Array<{ pointer: string; detail: string }>>();
	if (answer.status === 202 && isRecord(answer.body)) {
		for (const entry of listAt(answer.body, 'rejected').filter(isRecord)) {
			refusals.set(Number(entry['index']), fieldErrors(entry));
		}
	} else if (answer.status === 422 && isRecord(answer.body)) {
		collectByIndex(answer.body, size, refusals);
	}
	if (refusals.size === 0 && answer.status !== 202) {
		const purpose = { action: 'report usage', role: 'record' } as const;
		throw serviceError(context.getNode(), service, purpose, answer);
	}
	const costs = isRecord(answer.body) ? listAt(answer.body, 'costsMicroCents') : [];
	return Array.from({ length: size }, (_, index): RecordOutcome => {
		const errors = refusals.get(index);
		if (errors) return { outcome: 'refused', errors };

		const cost = costs[index];
		return { outcome: 'recorded', costMicroCents: typeof cost === 'number' ? cost : undefined };
	});
}

/** When every event is bad the pointers start with the index of the event: `/2/data/usage/output`. */
function collectByIndex(
	body: JsonRecord,
	size: number,
	refusals: Map<number, Array<{ pointer: string; detail: string }>>,
): void {
	for (const error of fieldErrors(body)) {
		const [, first = '', ...rest] = error.pointer.split('/');
		const index = Number(first);
		if (!/^\d+$/.test(first) || index >= size) continue;

		const known = refusals.get(index) ?? [];
		refusals.set(index, [...known, { pointer: `/${rest.join('/')}`, detail: error.detail }]);
	}
	// "Every event is bad" also holds for those the error list was too short to name.
	if (refusals.size === 0) return;
	for (let index = 0; index < size; index++) {
		if (!refusals.has(index)) refusals.set(index, []);
	}
}

function asJson(event: UsageEvent): IDataObject {
	const { usage, ...data } = event.data;

	return { ...event, data: { ...data, usage: { ...usage } } };
}
