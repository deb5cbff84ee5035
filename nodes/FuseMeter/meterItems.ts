import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { asNodeFault, errorItem, withFuse, type NodeFault } from '../shared/outputItem.ts';
import { optionsParameter } from '../shared/parameters.ts';
import { serviceError } from '../shared/serviceErrors.ts';
import type { Service } from '../shared/service.ts';
import { recordUsage, type RecordOutcome } from './recordUsage.ts';
import { usageEvents, type ItemUsage } from './usageEvents.ts';

type Metered = { fuse: IDataObject } | { fault: NodeFault };
type Prepared = { itemIndex: number; usage: ItemUsage };

const TIMEOUT_MS_DEFAULT = 10_000;

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
			prepared.push({ itemIndex, usage: usageEvents(context, itemIndex, now) });
		} catch (error) {
			metered.set(itemIndex, { fault: asNodeFault(context, error, itemIndex) });
		}
	}
	await record(context, service, prepared, metered);

	return items.map((item, itemIndex) => {
		const result = metered.get(itemIndex);
		if (result && 'fuse' in result) return withFuse(item, result.fuse, itemIndex);

		const fault = asNodeFault(context, result?.fault, itemIndex);
		if (context.continueOnFail()) return errorItem(item, fault, itemIndex);
		throw fault;
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
		let next = 0;
		for (const { itemIndex, usage } of prepared) {
			const own = outcomes.slice(next, next + usage.events.length);
			next += usage.events.length;
			metered.set(itemIndex, itemResult(context, service, itemIndex, usage, own));
		}
	} catch (error) {
		// A wrong key or address fails every item in the same way.
		for (const { itemIndex } of prepared) {
			metered.set(itemIndex, { fault: asNodeFault(context, error, itemIndex) });
		}
	}
}

function itemResult(
	context: IExecuteFunctions,
	service: Service,
	itemIndex: number,
	usage: ItemUsage,
	outcomes: readonly RecordOutcome[],
): Metered {
	const refusals = outcomes.flatMap((one) => (one.outcome === 'refused' ? [one] : []));
	if (refusals.length > 0) {
		const errors = refusals.flatMap((refusal) => refusal.errors);
		return { fault: refused(context, itemIndex, errors) };
	}

	const unavailable = outcomes.find((one) => one.outcome === 'unavailable');
	const policy = optionsParameter(context, 'options', itemIndex)['whenUnavailable'];
	if (unavailable && policy !== 'continue') {
		const purpose = { action: 'report usage', role: 'record' } as const;
		const { answer } = unavailable;
		return { fault: serviceError(context.getNode(), service, purpose, answer, itemIndex) };
	}
	return { fuse: { ...summary(usage, unavailable === undefined), ...costOf(outcomes) } };
}

/** What the item cost as the service priced it; nothing while one of its calls is not recorded. */
function costOf(outcomes: readonly RecordOutcome[]): IDataObject {
	let costMicroCents = 0;
	for (const outcome of outcomes) {
		if (outcome.outcome !== 'recorded' || outcome.costMicroCents === undefined) return {};
		costMicroCents += outcome.costMicroCents;
	}
	return { costMicroCents };
}

function summary({ tenantId, estimated, events }: ItemUsage, recorded: boolean): IDataObject {
	const [main] = events;
	const { provider, model, usage, costMicroCents, reservationId } = main?.data ?? {};

	return {
		recorded,
		tenantId,
		...(main ? { eventId: main.id } : {}),
		...(reservationId ? { reservationId } : {}),
		...(provider ? { provider } : {}),
		...(model ? { model } : {}),
		...(usage ? { usage: { ...usage } } : {}),
		...(estimated ? { estimated } : {}),
		...(costMicroCents === undefined ? {} : { costMicroCents }),
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
