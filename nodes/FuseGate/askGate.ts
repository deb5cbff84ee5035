import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { attribution } from '../shared/attribution.ts';
import { optionsParameter, textParameter, wholeNumber } from '../shared/parameters.ts';
import { serviceError } from '../shared/serviceErrors.ts';
import type { Service } from '../shared/service.ts';
import { decideWithoutService, parseDecision, type GateDecision } from './parseDecision.ts';

/** English text has about 4 characters per token; close enough to hold budget until the real count is known. */
const CHARACTERS_PER_TOKEN = 4;
const TIMEOUT_MS_DEFAULT = 2_000;

/** After this many questions in a row without an answer the rest of the run is decided without waiting again. */
const UNANSWERED_MAX = 3;

export type Gate = { decide(itemIndex: number): Promise<GateDecision> };

/** Items are asked for one after the other, so that the first items get what budget is left. */
export function openGate(context: IExecuteFunctions, service: Service): Gate {
	let unanswered = 0;

	async function decide(itemIndex: number): Promise<GateDecision> {
		const tenantId = tenant(context, itemIndex);
		const options = optionsParameter(context, 'options', itemIndex);
		const policy = options['whenUnavailable'] === 'allow' ? 'allow' : 'reject';
		const body = question(context, tenantId, options, itemIndex);
		const known = callFacts(body);
		if (unanswered >= UNANSWERED_MAX) {
			const reason = `Not asked: the last ${UNANSWERED_MAX} questions of this run got no answer`;
			return withFacts(decideWithoutService(policy, tenantId, reason), known);
		}

		const timeoutMs = Number(options['timeoutMs'] ?? TIMEOUT_MS_DEFAULT);
		const answer = await service.ask({ method: 'POST', path: '/v1/reservations', body, timeoutMs });
		if (answer.outcome === 'unavailable') {
			unanswered += 1;
			return withFacts(decideWithoutService(policy, tenantId, answer.reason), known);
		}
		unanswered = 0;
		const decision = answer.status === 200 ? parseDecision(answer.body, tenantId) : undefined;
		if (decision) return withFacts(decision, known);

		const purpose = { action: 'ask for a reservation', role: 'ask' } as const;
		throw serviceError(context.getNode(), service, purpose, answer, itemIndex);
	}
	return { decide };
}

function tenant(context: IExecuteFunctions, itemIndex: number): string {
	const tenantId = textParameter(context, 'tenantId', itemIndex);
	if (tenantId) return tenantId;

	throw new NodeOperationError(context.getNode(), 'Tenant ID is empty for this item', {
		itemIndex,
		description:
			'Set Tenant ID to the customer whose budget pays, for example {{ $json.organizationId }}. If the expression is right, the field is absent from this item.',
	});
}

function question(
	context: IExecuteFunctions,
	tenantId: string,
	options: Record<string, unknown>,
	itemIndex: number,
): IDataObject {
	const provider = textParameter(context, 'provider', itemIndex);
	const model = textParameter(context, 'model', itemIndex);
	const inputTokens = estimatedInput(context, itemIndex);
	const maxOutputTokens = number('Max Output Tokens', 'maxOutputTokens');
	const ttlSeconds = options['leaseSeconds'];
	const caller = attribution(context);

	return {
		tenantId,
		// As the Meter names the events of this workflow, so that a limit on a source counts both.
		source: `n8n/${caller.workflowId}`,
		...(provider ? { provider } : {}),
		...(model ? { model } : {}),
		...(inputTokens > 0 ? { inputTokens } : {}),
		...(maxOutputTokens > 0 ? { maxOutputTokens } : {}),
		...(ttlSeconds === undefined
			? {}
			: { ttlSeconds: wholeNumber(context, 'Lease (Seconds)', ttlSeconds, itemIndex) }),
		...caller,
	};

	function number(displayName: string, name: string): number {
		return wholeNumber(
			context,
			displayName,
			context.getNodeParameter(name, itemIndex, 0),
			itemIndex,
		);
	}
}

function estimatedInput(context: IExecuteFunctions, itemIndex: number): number {
	if (textParameter(context, 'estimateFrom', itemIndex) === 'inputTokens') {
		const value: unknown = context.getNodeParameter('inputTokens', itemIndex, 0);
		return wholeNumber(context, 'Input Tokens', value, itemIndex);
	}
	const prompt = textParameter(context, 'promptText', itemIndex);
	return Math.ceil(prompt.length / CHARACTERS_PER_TOKEN);
}

/** What the Meter can use when the response does not say it. */
function callFacts({ provider, model, inputTokens }: IDataObject): IDataObject {
	return {
		...(provider ? { provider } : {}),
		...(model ? { model } : {}),
		...(inputTokens ? { estimatedInputTokens: inputTokens } : {}),
	};
}

function withFacts(decision: GateDecision, facts: IDataObject): GateDecision {
	return { ...decision, fuse: { ...decision.fuse, ...facts } };
}
