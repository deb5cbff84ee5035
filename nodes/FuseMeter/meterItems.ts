import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { MINUTE_MS } from '../../core/durations.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import { exactUsd } from '../shared/exactUsd.ts';
import { asNodeFault, errorItem, withFuse, type NodeFault } from '../shared/outputItem.ts';
import { optionsParameter, wholeNumber } from '../shared/parameters.ts';
import { serviceError } from '../shared/serviceErrors.ts';
import type { Service } from '../shared/service.ts';
import { recordUsage, recordUsageLater, type RecordOutcome } from './recordUsage.ts';
import { usageEvents, type ItemUsage } from './usageEvents.ts';

type Metered = { fuse: IDataObject } | { fault: NodeFault };
/** `forMs`: how long it is reported later when the service is unavailable; 0: not at all, the node stops. */
type Prepared = { itemIndex: number; usage: ItemUsage; forMs: number };
type Reported = Prepared & { outcomes: readonly RecordOutcome[] };

const TIMEOUT_MS_DEFAULT = 10_000;
const REPORT_FOR_MINUTES_DEFAULT = 60;

/** One bad item must not hide what the others spent: the good ones are reported first, then the fault is raised. */
export async function meterItems(
	context: IExecuteFunctions,
	service: Service,
): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const metered = new Map<number, Metered>();
	const prepared: Prepared[] = [];
	const now = new Date();

	for (const itemIndex of items.keys()) {
		try {
			const forMs = reportForMs(context, itemIndex);
			prepared.push({ itemIndex, usage: usageEvents(context, itemIndex, now), forMs });
		} catch (error) {
			metered.set(itemIndex, { fault: asNodeFault(context, error, itemIndex) });
		}
	}
	await record(context, service, prepared, metered);
	hintUnrecorded(context, metered);

	return items.map((item, itemIndex) => {
		const result = metered.get(itemIndex);
		if (result && 'fuse' in result) return withFuse(item, result.fuse, itemIndex);

		const fault = asNodeFault(context, result?.fault, itemIndex);
		if (context.continueOnFail()) return errorItem(context.getNode(), item, fault, itemIndex);
		throw fault;
	});
}

/** A hint of the description could only look at what came in. */
function hintUnrecorded(context: IExecuteFunctions, metered: ReadonlyMap<number, Metered>): void {
	const isUnrecorded = (one: Metered) => 'fuse' in one && one.fuse['recorded'] === false;
	if (![...metered.values()].some(isUnrecorded)) return;

	context.addExecutionHints({
		message:
			'Some usage is not recorded yet because the LLM Fuse service was unavailable. It is sent again in the background.',
		type: 'warning',
		location: 'outputPane',
	});
}

async function record(
	context: IExecuteFunctions,
	service: Service,
	prepared: readonly Prepared[],
	metered: Map<number, Metered>,
): Promise<void> {
	if (prepared.length === 0) return;

	const timeoutMs = Number(
		optionsParameter(context, 'options', 0)['timeoutMs'] ?? TIMEOUT_MS_DEFAULT,
	);
	const events = prepared.flatMap(({ usage }) => usage.events);
	try {
		const outcomes = await recordUsage(context, service, events, timeoutMs);
		const reported = itemsReported(prepared, outcomes);
		for (const item of reported) metered.set(item.itemIndex, itemResult(context, service, item));
		reportMissed(service, reported, timeoutMs);
	} catch (error) {
		// A wrong key or address fails every item in the same way.
		for (const { itemIndex } of prepared) {
			metered.set(itemIndex, { fault: asNodeFault(context, error, itemIndex) });
		}
	}
}

/** Gives each item the outcomes of its own events. */
function itemsReported(
	prepared: readonly Prepared[],
	outcomes: readonly RecordOutcome[],
): Reported[] {
	let next = 0;
	return prepared.map((item) => {
		const own = outcomes.slice(next, next + item.usage.events.length);
		next += item.usage.events.length;
		return { ...item, outcomes: own };
	});
}

/** Items with the same time limit go together, so that an outage costs few requests. */
function reportMissed(service: Service, reported: readonly Reported[], timeoutMs: number): void {
	const missed = new Map<number, UsageEvent[]>();
	for (const { forMs, usage, outcomes } of reported) {
		const unsent = usage.events.filter((_, index) => outcomes[index]?.outcome === 'unavailable');
		if (forMs > 0) missed.set(forMs, [...(missed.get(forMs) ?? []), ...unsent]);
	}
	for (const [forMs, events] of missed) recordUsageLater(service, events, { timeoutMs, forMs });
}

/** A time that is none must not lose usage silently. */
function reportForMs(context: IExecuteFunctions, itemIndex: number): number {
	const options = optionsParameter(context, 'options', itemIndex);
	if (options['whenUnavailable'] !== 'continue') return 0;

	const minutes = options['reportForMinutes'] ?? REPORT_FOR_MINUTES_DEFAULT;
	return wholeNumber(context, 'Report Later For (Minutes)', minutes, itemIndex) * MINUTE_MS;
}

function itemResult(
	context: IExecuteFunctions,
	service: Service,
	{ itemIndex, usage, forMs, outcomes }: Reported,
): Metered {
	const refusals = outcomes.flatMap((one) => (one.outcome === 'refused' ? [one] : []));
	if (refusals.length > 0) {
		const errors = refusals.flatMap((refusal) => refusal.errors);
		return { fault: refused(context, itemIndex, errors) };
	}

	const unavailable = outcomes.find((one) => one.outcome === 'unavailable');
	if (unavailable && forMs === 0) {
		const purpose = { action: 'report usage', role: 'record' } as const;
		const { answer } = unavailable;
		return { fault: serviceError(context.getNode(), service, purpose, answer, itemIndex) };
	}
	return {
		fuse: {
			recorded: unavailable === undefined,
			...(unavailable ? { reportedForMinutes: forMs / MINUTE_MS } : {}),
			tenantId: usage.tenantId,
			...costOf(usage, outcomes),
			...summary(usage),
		},
	};
}

/** What the item cost as the service priced it, else as the vendor did, while one of its calls is not recorded. */
function costOf({ events }: ItemUsage, outcomes: readonly RecordOutcome[]): IDataObject {
	const costs = outcomes.map((one) =>
		one.outcome === 'recorded' ? one.costMicroCents : undefined,
	);
	const costMicroCents = costs.every((cost) => cost !== undefined)
		? costs.reduce((sum, cost) => sum + cost, 0)
		: events[0]?.data.costMicroCents;

	return costMicroCents === undefined ? {} : { costMicroCents, costUsd: exactUsd(costMicroCents) };
}

function summary({ estimated, reason, events }: ItemUsage): IDataObject {
	const [main] = events;
	const { provider, model, usage, reservationId } = main?.data ?? {};

	return {
		...(main ? { eventId: main.id } : {}),
		...(reservationId ? { reservationId } : {}),
		...(provider ? { provider } : {}),
		...(model ? { model } : {}),
		...(usage ? { usage: { ...usage } } : {}),
		...(estimated ? { estimated } : {}),
		...(reason ? { reason } : {}),
	};
}

function refused(
	context: IExecuteFunctions,
	itemIndex: number,
	errors: ReadonlyArray<{ pointer: string; detail: string }>,
): NodeOperationError {
	const all = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
	const first = all[0] ?? 'it gave no detail for this item';

	return new NodeOperationError(
		context.getNode(),
		`The LLM Fuse service refused this usage: ${first}`,
		{
			itemIndex,
			description: `The other items were recorded; running this node again counts them once. ${all.join('; ')}`,
		},
	);
}
