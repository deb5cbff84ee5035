import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { json } from '../../shared/reading.ts';

const EXAMPLE = {
	routes: [
		{ rules: ['budgetThreshold'], channels: ['email'] },
		{ severities: ['critical'], channels: ['slack', 'telegram'] },
		{ channels: ['slack'] },
	],
};

export const setRouting: Operation = {
	value: 'setRouting',
	name: 'Set Routing',
	action: 'Set the routing of alerts',
	description: 'Say where people are told of which alerts; replaces what was set',
	role: 'operate',
	fields: [
		{
			displayName: 'Routing (JSON)',
			name: 'routing',
			type: 'json',
			required: true,
			default: JSON.stringify(EXAMPLE, null, 2),
			description:
				'The first route that fits counts: by rules, severities and tenantId. Channels are slack, telegram, email and pagerduty; a list without any tells nobody.',
		},
	],
	async run(call) {
		const given = call.context.getNodeParameter('routing', call.itemIndex);
		const body = json(call, 'Routing (JSON)', given);

		return [await askOne(call, { method: 'PUT', path: '/v1/alert-routing', body })];
	},
};
