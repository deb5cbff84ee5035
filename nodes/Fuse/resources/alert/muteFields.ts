import type { INodeProperties } from 'n8n-workflow';
import { tenantFilter } from '../../shared/locators.ts';

export const ruleField: INodeProperties = {
	displayName: 'Rule',
	name: 'rule',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. spikeRatio',
	description: 'The rule as alerts name it',
};

/** Of whom the rule is muted. */
export const muteOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [{ ...tenantFilter, description: 'Only of this customer. Unless set: of all.' }],
};
