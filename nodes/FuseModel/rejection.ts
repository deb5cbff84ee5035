import { NodeOperationError, type INode } from 'n8n-workflow';
import { textAt, type JsonRecord } from '../../core/readers/reading.ts';
import type { Rejection } from './decision.ts';

/** What the user of the workflow reads when a call was refused. It must not start with how, it must say what. */
export function rejection(
	node: INode,
	tenantId: string,
	{ reasons, retryAfterMs }: Rejection,
): NodeOperationError {
	const said = reasons.map(sentence);
	const [first = 'The service gave no reason.'] = said;
	const advice = [...new Set(reasons.map((reason) => adviceFor(reason)))];

	return new NodeOperationError(
		node,
		`LLM Fuse refused this call of tenant ${tenantId}: ${first}`,
		{
			functionality: 'configuration-node',
			description: [...said.slice(1), ...advice, again(retryAfterMs)].join(' '),
		},
	);
}

/** "Limit daily allows 10.00 USD per day: 9.98 USD spent, … It resets at …", in the words of the service. */
function sentence(reason: JsonRecord): string {
	const message = textAt(reason, 'message') ?? textAt(reason, 'code') ?? 'No reason was given.';
	const resetsAt = textAt(reason, 'resetsAt');

	return resetsAt ? `${message} It resets at ${resetsAt}.` : message;
}

function adviceFor(reason: JsonRecord): string {
	switch (reason['code']) {
		case 'breakerOpen':
			return 'Look into the incident, then unblock the tenant on the dashboard of LLM Fuse.';
		case 'limitExceeded':
			return 'Raise the limit, wait until it resets, or put an LLM Fuse Gate before the agent: it parks the execution until there is room.';
		case 'providerThrottled':
			return 'The provider asked for a pause; another model may be free.';
		case 'queueAhead':
			return 'Calls that were parked earlier go first.';
		case 'storeUnavailable':
			return 'Check the counter store of the LLM Fuse service: its /readyz tells what is missing.';
		case 'unknownPrice':
			return 'Ask whoever runs the LLM Fuse service to set a price for this model, or choose another one.';
		default:
			return 'Ask whoever runs the LLM Fuse service.';
	}
}

function again(retryAfterMs: number | null): string {
	return retryAfterMs === null
		? 'Time alone does not help.'
		: `There may be room in ${Math.ceil(retryAfterMs / 1_000)} seconds; Max Wait for Room lets short waits pass.`;
}
