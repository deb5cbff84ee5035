import type { INodeProperties } from 'n8n-workflow';
import { askOne } from '../../shared/ask.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, given, text } from '../../shared/reading.ts';
import { filterFields, spanFields, spanQuery } from './spendQuery.ts';

const changeFields: INodeProperties[] = [
	{
		displayName: 'Change',
		name: 'change',
		type: 'options',
		default: 'model',
		description: 'What would have been different; everything else stays as it was',
		options: [
			{ name: 'Model', value: 'model', description: 'Another model answers the same prompts' },
			{ name: 'Prompt Caching', value: 'caching', description: 'Shared prompts are cached' },
			{ name: 'Service Tier', value: 'tier', description: 'The same model on another tier' },
		],
	},
	{
		displayName: 'To Provider',
		name: 'toProvider',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. openai',
		description: 'Who serves the other model',
		displayOptions: { show: { change: ['model'] } },
	},
	{
		displayName: 'To Model',
		name: 'toModel',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. gpt-4o-mini',
		description: 'The other model, as the price list names it',
		displayOptions: { show: { change: ['model'] } },
	},
	{
		displayName: 'Shared Prefix (Tokens)',
		name: 'prefixTokens',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		description:
			'How much of their input the calls of a node share. 0: as much as their smallest input, which is the most it can be.',
		displayOptions: { show: { change: ['caching'] } },
	},
	{
		displayName: 'Service Tier',
		name: 'serviceTier',
		type: 'string',
		required: true,
		default: 'batch',
		placeholder: 'e.g. batch',
		description: 'The tier the calls would have been made on',
		displayOptions: { show: { change: ['tier'] } },
	},
];

export const whatIf: Operation = {
	value: 'whatIf',
	name: 'What If',
	action: 'Ask what the same calls would have cost',
	description:
		'Get what the same calls would have cost on another model or tier, or with prompt caching',
	role: 'read',
	fields: [
		...changeFields,
		...spanFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				filterFields.model,
				{
					displayName: 'Node Name',
					name: 'nodeName',
					type: 'string',
					default: '',
					placeholder: 'e.g. Summarise',
					description: 'Only calls that this node of a workflow made',
				},
				filterFields.provider,
				tenantFilter,
				filterFields.workflowId,
			],
		},
	],
	async run(call) {
		const filters = collection(call, 'filters');
		const names = ['tenantId', 'workflowId', 'nodeName', 'provider', 'model'];
		const query = { ...spanQuery(call), ...changeOf(call), ...given(filters, names) };

		return [await askOne(call, { path: '/v1/reports/what-if', query })];
	},
};

function changeOf(call: Call): Record<string, string> {
	const { context, itemIndex } = call;
	switch (text(call, 'change')) {
		case 'caching': {
			const prefixTokens = String(context.getNodeParameter('prefixTokens', itemIndex, 0));
			return { promptCaching: 'true', ...(prefixTokens === '0' ? {} : { prefixTokens }) };
		}
		case 'tier':
			return { serviceTier: text(call, 'serviceTier') };
		default:
			return { toProvider: text(call, 'toProvider'), toModel: text(call, 'toModel') };
	}
}
