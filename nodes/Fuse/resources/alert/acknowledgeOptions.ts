import type { INodeProperties } from 'n8n-workflow';
import { actorOption } from '../action/fields.ts';

/** Who takes care of it. */
export const acknowledgeOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		actorOption,
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. Ada',
			description: 'How the messages that were posted call who takes care of it',
		},
	],
};
