import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { fault } from '../../shared/reading.ts';
import { SPEND, spanFields, spendFilters, spendQuery, timeZoneOf } from './spendQuery.ts';

/** The groups, and what was used and spent. */
const SIMPLE = [
	'tenantId',
	'source',
	'provider',
	'model',
	'workflowId',
	'nodeName',
	'executionId',
	'trigger',
	'keyId',
	'serviceTier',
	'costSource',
	'day',
	'month',
	'calls',
	'inputTokens',
	'outputTokens',
	'costMicroCents',
	'costUsd',
];

export const getSpend: Operation = {
	value: 'getSpend',
	name: 'Get Spend',
	action: 'Get a spend report',
	description: 'Get what calls used and cost, by tenant, model, workflow, day and more',
	role: 'read',
	fields: [
		{
			displayName: 'Group By',
			name: 'groupBy',
			type: 'multiOptions',
			required: true,
			default: ['tenant'],
			description: 'One row for each value of these, the costliest first',
			options: [
				{
					name: 'Cost Source',
					value: 'costSource',
					description: 'The vendor, the price list, a ceiling or an estimate',
				},
				{ name: 'Day', value: 'day', description: 'In the time zone of the workflow' },
				{ name: 'Execution', value: 'execution' },
				{ name: 'Key', value: 'key', description: 'The vendor key the call was made with' },
				{ name: 'Model', value: 'model' },
				{ name: 'Month', value: 'month', description: 'In the time zone of the workflow' },
				{ name: 'Node', value: 'node' },
				{ name: 'Provider', value: 'provider' },
				{ name: 'Service Tier', value: 'serviceTier', description: 'Standard, batch, priority, …' },
				{ name: 'Source', value: 'source', description: 'The integration' },
				{ name: 'Tenant', value: 'tenant' },
				{ name: 'Trigger', value: 'trigger', description: 'What started the workflow' },
				{ name: 'Workflow', value: 'workflow' },
			],
		},
		...spanFields,
		...listFields,
		simplifyField,
		spendFilters,
	],
	async run(call) {
		const query = {
			...spendQuery(call),
			...{ groupBy: groups(call).join(','), timeZone: timeZoneOf(call) },
		};
		const rows = await askPages(call, { path: SPEND, query, rows: 'rows' }, wanted(call));

		return simplified(call, rows, SIMPLE);
	},
};

/** An expression may give a list, or names with commas between. */
function groups(call: Call): string[] {
	const { context, itemIndex } = call;
	const value: unknown = context.getNodeParameter('groupBy', itemIndex, []);
	const chosen = (Array.isArray(value) ? value : String(value).split(','))
		.map((name) => String(name).trim())
		.filter((name) => name !== '');
	if (chosen.length > 0) return chosen;

	throw fault(call, 'Group By is empty', 'Choose at least one. Get Total sums up everything.');
}
