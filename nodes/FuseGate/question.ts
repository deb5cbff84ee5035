import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import type { JsonRecord } from '../../core/readers/reading.ts';
import { attribution } from '../shared/attribution.ts';
import { textParameter, wholeNumber } from '../shared/parameters.ts';

/** English text has about 4 characters per token; close enough to hold budget until the real count is known. */
const CHARACTERS_PER_TOKEN = 4;

/** What the service is asked for one item: the body of `POST /v1/reservations` without where to call back. */
export function question(
	context: IExecuteFunctions,
	options: JsonRecord,
	itemIndex: number,
): { tenantId: string; body: IDataObject } {
	const tenantId = tenant(context, itemIndex);
	const caller = attribution(context);
	const keyId = String(options['keyId'] ?? '').trim();

	return {
		tenantId,
		body: {
			tenantId,
			// As the Meter names the events of this workflow, so that a limit on a source counts both.
			source: `n8n/${caller.workflowId}`,
			...given('provider', textParameter(context, 'provider', itemIndex)),
			...given('model', textParameter(context, 'model', itemIndex)),
			...given('keyId', keyId),
			...size(context, options, itemIndex),
			...caller,
		},
	};
}

function size(context: IExecuteFunctions, options: JsonRecord, itemIndex: number): IDataObject {
	const maxOutputTokens: unknown = context.getNodeParameter('maxOutputTokens', itemIndex, 0);

	return {
		...given('inputTokens', estimatedInput(context, itemIndex)),
		...optional('cachedInputTokens', 'Cached Input Tokens', options['cachedInputTokens']),
		...given('maxOutputTokens', count('Max Output Tokens', maxOutputTokens)),
		...optional('ttlSeconds', 'Lease (Seconds)', options['leaseSeconds']),
	};

	function count(displayName: string, value: unknown): number {
		return wholeNumber(context, displayName, value, itemIndex);
	}
	function optional(name: string, displayName: string, value: unknown): IDataObject {
		return value === undefined ? {} : { [name]: count(displayName, value) };
	}
}

/** An empty text and 0 mean: not known. */
function given(name: string, value: string | number): IDataObject {
	return value === '' || value === 0 ? {} : { [name]: value };
}

function estimatedInput(context: IExecuteFunctions, itemIndex: number): number {
	if (textParameter(context, 'estimateFrom', itemIndex) === 'inputTokens') {
		const value: unknown = context.getNodeParameter('inputTokens', itemIndex, 0);
		return wholeNumber(context, 'Input Tokens', value, itemIndex);
	}
	const prompt = textParameter(context, 'promptText', itemIndex);
	return Math.ceil(prompt.length / CHARACTERS_PER_TOKEN);
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
