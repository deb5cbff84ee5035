import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { textAt, type JsonRecord } from '../../core/readers/reading.ts';
import { USAGE_EVENT_TYPE, type UsageEvent } from '../../core/usageEvent.ts';
import { attribution, startedBy } from '../shared/attribution.ts';
import { optionsParameter, textParameter, wholeNumber } from '../shared/parameters.ts';
import { measure, type Measurement } from './measure.ts';
import { upstreamGate } from './upstreamGate.ts';

/** Everything one item reports: usually one event, more when the vendor used several models for one answer. */
export type ItemUsage = {
	tenantId: string;
	estimated: boolean;
	reason: string | undefined;
	events: UsageEvent[];
};

/** The service refuses longer ones, and an event is worth more than the end of its request id. */
const REQUEST_ID_MAX = 200;

/** Of 64 hex digits; two instances of one service share eight once in four billion times. */
const INSTANCE_ID_LENGTH = 8;

export function usageEvents(context: IExecuteFunctions, itemIndex: number, now: Date): ItemUsage {
	const options = optionsParameter(context, 'options', itemIndex);
	const { name: gateName, fuse: gate } = upstreamGate(context, itemIndex);
	const tenantId = textParameter(context, 'tenantId', itemIndex) || textAt(gate, 'tenantId');
	if (!tenantId) throw noTenant(context, itemIndex);

	const measured = measure(context, itemIndex, gate);
	const provider = providerOf(textParameter(context, 'provider', itemIndex), measured, gate);
	const model = textParameter(context, 'model', itemIndex);
	const { workflowId, nodeName, executionId } = attribution(context);
	const runIndex: unknown = context.getWorkflowDataProxy(itemIndex)['$runIndex'];
	const id = [instanceOf(context), executionId, nodeName, String(runIndex), itemIndex].join(':');
	const common = {
		...(measured.estimated ? { estimated: true } : {}),
		...reported(context, itemIndex, options, measured, provider),
		...keyOf(options, gate),
		...triggerOf(context),
		workflowId,
		// What a Gate asked for is counted under its name: usage under another one would miss its limits.
		nodeName: gateName ?? nodeName,
		executionId,
	};

	const events = measured.calls.map(({ model: answered, usage }, index): UsageEvent => {
		const isMain = index === 0;
		const modelName = (isMain ? model || answered : answered) || textAt(gate, 'model');
		if (!provider || !modelName)
			throw unnamedCall(context, itemIndex, provider ? 'Model' : 'Provider');

		return {
			specversion: '1.0',
			id: isMain ? id : `${id}:${index}`,
			source: `n8n/${workflowId}`,
			type: USAGE_EVENT_TYPE,
			subject: tenantId,
			time: now.toISOString(),
			data: {
				provider,
				model: modelName,
				usage,
				...common,
				...(isMain ? once(context, itemIndex, options, measured, gate) : {}),
			},
		};
	});
	const { estimated, reason } = measured;
	return { tenantId, estimated, reason, events };
}

/** A Gate knows who really serves an OpenAI-compatible answer; an answer in a format of its own knows better. */
function providerOf(
	override: string,
	{ facts }: Measurement,
	gate: JsonRecord,
): string | undefined {
	if (override) return override;
	if (!facts || facts.spokenByOthers) return textAt(gate, 'provider') ?? facts?.provider;

	return facts.provider;
}

/** Facts of the request, the same in each of its events. */
function reported(
	context: IExecuteFunctions,
	itemIndex: number,
	options: JsonRecord,
	{ facts, statusCode, requestId }: Measurement,
	provider: string | undefined,
): Partial<UsageEvent['data']> {
	const known = facts && facts.provider === provider ? facts.endpoint : undefined;
	const endpoint = textAt(options, 'endpoint') ?? known;
	const status =
		optionalCount(context, 'Status Code', options['statusCode'], itemIndex) ?? statusCode;
	const request = requestId ?? facts?.requestId;

	return {
		...(endpoint ? { endpoint } : {}),
		...(status === undefined ? {} : { statusCode: status }),
		...(request ? { requestId: request.slice(0, REQUEST_ID_MAX) } : {}),
		...(facts?.serviceTier === undefined ? {} : { serviceTier: facts.serviceTier }),
	};
}

/** What must not be counted again for each model of one answer. */
function once(
	context: IExecuteFunctions,
	itemIndex: number,
	options: JsonRecord,
	{ costMicroCents, otherUnits, promptHash, rateLimitHeaders }: Measurement,
	gate: JsonRecord,
): Partial<UsageEvent['data']> {
	const reservationId = textAt(options, 'reservationId') ?? textAt(gate, 'reservationId');
	// A latency is often a difference of two clocks with fractions of a millisecond.
	const latency = options['latencyMs'];
	const latencyMs = optionalCount(
		context,
		'Latency (Milliseconds)',
		typeof latency === 'number' ? Math.round(latency) : latency,
		itemIndex,
	);

	return {
		// A refund is nothing that was used, and the service takes no negative cost.
		...(costMicroCents === undefined || costMicroCents < 0 ? {} : { costMicroCents }),
		...(otherUnits ? { otherUnits } : {}),
		...(promptHash ? { promptHash } : {}),
		...(rateLimitHeaders ? { rateLimitHeaders } : {}),
		...(reservationId ? { reservationId } : {}),
		...(latencyMs === undefined ? {} : { latencyMs }),
	};
}

/** A copy of an n8n, for staging say, counts its executions on from the same number and has the same workflows. */
function instanceOf(context: IExecuteFunctions): string {
	return context.getInstanceId().slice(0, INSTANCE_ID_LENGTH);
}

function keyOf(options: JsonRecord, gate: JsonRecord): { keyId?: string } {
	const keyId = textAt(options, 'keyId')?.trim() || textAt(gate, 'keyId');

	return keyId ? { keyId } : {};
}

function triggerOf(context: IExecuteFunctions): { trigger?: string } {
	const trigger = startedBy(context);

	return trigger === undefined ? {} : { trigger };
}

function optionalCount(
	context: IExecuteFunctions,
	displayName: string,
	value: unknown,
	itemIndex: number,
): number | undefined {
	return value === undefined ? undefined : wholeNumber(context, displayName, value, itemIndex);
}

function noTenant(context: IExecuteFunctions, itemIndex: number): NodeOperationError {
	return new NodeOperationError(context.getNode(), 'Nobody is known to pay for this item', {
		itemIndex,
		description:
			'Put an LLM Fuse Gate before the call, or set Tenant ID. If there is a Gate, a node in between has lost the item link (pairedItem): a Code node has to return pairedItem or pass the field fuse on.',
	});
}

function unnamedCall(
	context: IExecuteFunctions,
	itemIndex: number,
	parameter: 'Provider' | 'Model',
): NodeOperationError {
	return new NodeOperationError(
		context.getNode(),
		`${parameter} is not known for this item, so it has no price`,
		{
			itemIndex,
			description: `Neither the response nor a Gate upstream names it: set ${parameter} in this node or in the Gate.`,
		},
	);
}
