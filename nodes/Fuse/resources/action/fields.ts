import type { INodeProperties } from 'n8n-workflow';
import { wholeNumber } from '../../../shared/parameters.ts';
import type { Call } from '../../shared/operation.ts';

export const actionId: INodeProperties = {
	displayName: 'Action ID',
	name: 'actionId',
	type: 'string',
	required: true,
	default: '={{ $json.actionId }}',
	placeholder: 'e.g. act_5d1f0c2b7a9e4f6c8b30',
	description: 'The containment step that is meant; the trigger gives its ID',
};

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

/** In a collection of options. */
export const actorOption: INodeProperties = {
	displayName: 'Actor',
	name: 'actor',
	type: 'string',
	default: '',
	placeholder: 'e.g. slack:U024BE7LH Ada',
	description: 'Whom this is done for, as the audit names them beside the service key',
};

export const actorOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [actorOption],
};

/** What became of a step, without how it was tried. */
export const SIMPLE_ACTION = [
	'actionId',
	'incidentId',
	'tenantId',
	'action',
	'vendor',
	'targetId',
	'direction',
	'state',
	'outcome',
	'error',
	'reversible',
	'appliedAt',
	'verifiedAt',
];
