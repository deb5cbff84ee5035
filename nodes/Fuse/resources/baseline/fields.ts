import type { INodeProperties } from 'n8n-workflow';

/** Why, for whoever looks at it later. */
export const noteField: INodeProperties = {
	displayName: 'Note',
	name: 'note',
	type: 'string',
	default: '',
	placeholder: 'e.g. after the launch',
	description: 'Why, for whoever looks at it later',
};
