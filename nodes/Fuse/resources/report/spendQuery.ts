import type { INodeProperties } from 'n8n-workflow';
import { tenantFilter } from '../../shared/locators.ts';
import type { Call } from '../../shared/operation.ts';
import { collection, given, instant } from '../../shared/reading.ts';

export const SPEND = '/v1/reports/spend';

/** The span and which calls; shared by the rows and the total. */
export const spanFields: INodeProperties[] = [
	{
		displayName: 'From',
		name: 'from',
		type: 'dateTime',
		default: '',
		description:
			'The beginning, in the time zone of the workflow. Unless set: 30 days before the end.',
	},
	{
		displayName: 'To',
		name: 'to',
		type: 'dateTime',
		default: '',
		description: 'The end, itself not within. Unless set: now.',
	},
];

export const spendFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		{
			displayName: 'Model',
			name: 'model',
			type: 'string',
			default: '',
			placeholder: 'e.g. gpt-4o-mini',
			description: 'Only calls that this model answered',
		},
		{
			displayName: 'Provider',
			name: 'provider',
			type: 'string',
			default: '',
			placeholder: 'e.g. openai',
			description: 'Only calls of this provider',
		},
		{
			displayName: 'Source',
			name: 'source',
			type: 'string',
			default: '',
			placeholder: 'e.g. zendesk',
			description: 'Only calls of this integration; those of n8n are n8n/ and the workflow ID',
		},
		tenantFilter,
		{
			displayName: 'Workflow ID',
			name: 'workflowId',
			type: 'string',
			default: '',
			placeholder: 'e.g. Zq3wfLw8KdG2',
			description: 'Only calls made in this workflow',
		},
	],
};

export function spendQuery(call: Call): Record<string, string | undefined> {
	const { context, itemIndex } = call;
	const moment = (displayName: string, name: string) =>
		instant(call, displayName, context.getNodeParameter(name, itemIndex, ''));
	const filters = collection(call, 'filters');

	return {
		from: moment('From', 'from'),
		to: moment('To', 'to'),
		...given(filters, ['tenantId', 'provider', 'model', 'source', 'workflowId']),
	};
}
