import type { INodeProperties } from 'n8n-workflow';
import { isTimeZone } from '../../../../core/zonedTime.ts';
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

/** Which calls; texts that are compared as they are. */
export const filterFields = {
	model: {
		displayName: 'Model',
		name: 'model',
		type: 'string',
		default: '',
		placeholder: 'e.g. gpt-4o-mini',
		description: 'Only calls that this model answered',
	},
	provider: {
		displayName: 'Provider',
		name: 'provider',
		type: 'string',
		default: '',
		placeholder: 'e.g. openai',
		description: 'Only calls of this provider',
	},
	source: {
		displayName: 'Source',
		name: 'source',
		type: 'string',
		default: '',
		placeholder: 'e.g. zendesk',
		description: 'Only calls of this integration; those of n8n are n8n/ and the workflow ID',
	},
	workflowId: {
		displayName: 'Workflow ID',
		name: 'workflowId',
		type: 'string',
		default: '',
		placeholder: 'e.g. Zq3wfLw8KdG2',
		description: 'Only calls made in this workflow',
	},
} as const satisfies Record<string, INodeProperties>;

export const spendFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		filterFields.model,
		filterFields.provider,
		filterFields.source,
		tenantFilter,
		filterFields.workflowId,
	],
};

export function spendQuery(call: Call): Record<string, string | undefined> {
	const filters = collection(call, 'filters');

	return {
		...spanQuery(call),
		...given(filters, ['tenantId', 'provider', 'model', 'source', 'workflowId']),
	};
}

export function spanQuery(call: Call): Record<string, string | undefined> {
	const { context, itemIndex } = call;
	const moment = (displayName: string, name: string) =>
		instant(call, displayName, context.getNodeParameter(name, itemIndex, ''));

	return { from: moment('From', 'from'), to: moment('To', 'to') };
}

/** Of the workflow, for its days and months. */
export function timeZoneOf({ context }: Call): string {
	const timeZone = context.getTimezone();

	return isTimeZone(timeZone) ? timeZone : 'UTC';
}
