import type { INodeProperties } from 'n8n-workflow';
import { amountFields } from '../../shared/amount.ts';
import { planLocator, tenantLocator } from '../../shared/locators.ts';
import {
	customWindowField,
	modeField,
	timeZoneField,
	whenOverField,
	whenStoreDownField,
	windowField,
} from './fields.ts';

const RATES = ['inputTokens', 'uncachedInputTokens', 'outputTokens', 'requests', 'tokens'];
const WITH_WINDOW = [...RATES, 'microCents'];
/** The other scopes have one value for each tenant, or one at all. */
const WITH_VALUES = ['key', 'model', 'node', 'provider', 'source', 'workflow'];

export const createFields: INodeProperties[] = [
	{
		displayName: 'Applies To',
		name: 'audience',
		type: 'options',
		default: 'tenant',
		description: 'Whose calls the limit is for',
		displayOptions: { hide: { scope: ['global'] } },
		options: [
			{ name: 'Everybody', value: 'everybody', description: 'Every tenant has counts of its own' },
			{ name: 'Plan', value: 'plan', description: 'The tenants on a plan' },
			{ name: 'Tenant', value: 'tenant', description: 'One tenant' },
		],
	},
	{
		...tenantLocator(),
		displayOptions: { show: { audience: ['tenant'] }, hide: { scope: ['global'] } },
	},
	{
		...planLocator,
		displayOptions: { show: { audience: ['plan'] }, hide: { scope: ['global'] } },
	},
	{
		displayName: 'Unit',
		name: 'unit',
		type: 'options',
		default: 'microCents',
		description: 'What is limited',
		options: [
			{ name: 'Calls at Once', value: 'concurrency', description: 'Calls that are under way' },
			{
				name: 'Input Tokens',
				value: 'inputTokens',
				description: 'What the models read, cached or not',
			},
			{
				name: 'Input Tokens, Uncached',
				value: 'uncachedInputTokens',
				description: 'Input the vendor did not have in its cache',
			},
			{ name: 'Money', value: 'microCents', description: 'What the calls cost: a budget' },
			{ name: 'Output Tokens', value: 'outputTokens', description: 'What the models write' },
			{ name: 'Requests', value: 'requests', description: 'Calls, whatever their size' },
			{ name: 'Tokens', value: 'tokens', description: 'Input and output together' },
		],
	},
	...amountFields({
		label: 'Amount',
		description: 'The most that may be spent',
		show: { unit: ['microCents'] },
	}),
	{
		displayName: 'Capacity',
		name: 'capacity',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		required: true,
		default: 1000,
		description: 'The most that may be used; 0 lets nothing through',
		displayOptions: { show: { unit: [...RATES, 'concurrency'] } },
	},
	{ ...windowField, displayOptions: { show: { unit: WITH_WINDOW } } },
	{
		...customWindowField,
		required: true,
		displayOptions: { show: { unit: WITH_WINDOW, window: ['custom'] } },
	},
	{
		...timeZoneField,
		displayOptions: {
			show: { unit: WITH_WINDOW, window: ['day', 'week', 'month'] },
		},
	},
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'options',
		default: 'tenant',
		description: 'What a count is kept for',
		options: [
			{ name: 'All Tenants Together', value: 'global', description: 'One count over everybody' },
			{ name: 'Key', value: 'key', description: 'A count for each vendor key in use' },
			{ name: 'Model', value: 'model', description: 'A count for each model of a provider' },
			{ name: 'Node', value: 'node', description: 'A count for each node of a workflow' },
			{ name: 'Provider', value: 'provider', description: 'A count for each provider' },
			{ name: 'Source', value: 'source', description: 'A count for each source of calls' },
			{ name: 'Tenant', value: 'tenant', description: 'A count for each tenant' },
			{ name: 'Workflow', value: 'workflow', description: 'A count for each workflow' },
		],
	},
	{
		displayName: 'Count',
		name: 'counted',
		type: 'options',
		default: 'each',
		description: 'Which models, keys, workflows and so on are counted',
		displayOptions: {
			show: { scope: WITH_VALUES },
		},
		options: [
			{
				name: 'Calls That Name None',
				value: 'unnamed',
				description: 'Such as calls that do not say which workflow they are made in',
			},
			{
				name: 'Each Value by Itself',
				value: 'each',
				description: 'Every model, key or workflow has a count of its own',
			},
			{ name: 'One Value', value: 'one', description: 'Only the one named below' },
		],
	},
	{
		displayName: 'Value',
		name: 'subject',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. openai/gpt-4o',
		description:
			'The one that is limited. Models are provider/model, nodes workflowId/nodeName, the rest an ID or name.',
		displayOptions: {
			show: {
				scope: WITH_VALUES,
				counted: ['one'],
			},
		},
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'ID',
				name: 'id',
				type: 'string',
				default: '',
				placeholder: 'e.g. free-daily',
				description: 'Your own: letters, digits and . _ : -. One is made when empty.',
			},
			modeField,
			{
				displayName: 'Shared',
				name: 'shared',
				type: 'boolean',
				default: false,
				description: 'Whether all tenants have one count together; for everybody only',
			},
			whenOverField,
			whenStoreDownField,
		],
	},
];
