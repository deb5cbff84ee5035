import type { INodeProperties } from 'n8n-workflow';
import { wholeNumber } from '../../shared/parameters.ts';
import type { Call } from './operation.ts';

/** What the trigger hands out, steps and messages, is claimed and reported by its attempt. */
export const attempt: INodeProperties = {
	displayName: 'Attempt',
	name: 'attempt',
	type: 'string',
	required: true,
	default: '={{ $json.attempt }}',
	placeholder: 'e.g. 1',
	description: 'The attempt that is meant, as the trigger gave it',
};

/** A number by way of the expression, a text when it is typed in. */
export function attemptOf({ context, itemIndex }: Call): number {
	const given: unknown = context.getNodeParameter('attempt', itemIndex);
	const isDigits = typeof given === 'string' && /^\d+$/.test(given.trim());

	return wholeNumber(context, 'Attempt', isDigits ? Number(given) : given, itemIndex);
}

/** In the options of a report. */
export const statusOption: INodeProperties = {
	displayName: 'HTTP Status',
	name: 'status',
	type: 'number',
	typeOptions: { minValue: 100, maxValue: 599 },
	default: 200,
	description: 'What was answered; 401 and 403 end all attempts',
};

/** In the options of a report. */
export const retryAfterOption: INodeProperties = {
	displayName: 'Retry After (Ms)',
	name: 'retryAfterMs',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 30000,
	description: 'How long the answer asked to wait',
};
