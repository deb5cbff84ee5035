import type { INodeProperties } from 'n8n-workflow';

export const actionId: INodeProperties = {
	displayName: 'Action ID',
	name: 'actionId',
	type: 'string',
	required: true,
	default: '={{ $json.actionId }}',
	placeholder: 'e.g. act_5d1f0c2b7a9e4f6c8b30',
	description: 'The containment step that is meant; the trigger gives its ID',
};

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

/** How a step at a vendor ended; `failed` says what that means. */
export function outcomeField(failed: string): INodeProperties {
	return {
		displayName: 'Outcome',
		name: 'outcome',
		type: 'options',
		default: 'applied',
		description: 'How it ended',
		options: [
			{ name: 'Already', value: 'already', description: 'It was so before' },
			{ name: 'Applied', value: 'applied', description: 'It was done' },
			{ name: 'Failed', value: 'failed', description: failed },
			{ name: 'Not Found', value: 'notFound', description: 'The target does not exist' },
			{ name: 'Unsupported', value: 'unsupported', description: 'The vendor cannot do it' },
		],
	};
}

/** In a collection of options. */
export const detailOption: INodeProperties = {
	displayName: 'Detail',
	name: 'detail',
	type: 'string',
	default: '',
	placeholder: 'e.g. Rate limited by the vendor',
	description: 'What a person should know about it',
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
