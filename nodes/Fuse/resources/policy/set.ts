import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { json } from '../../shared/reading.ts';
import { policyFields, policyPath } from './fields.ts';

const EXAMPLE = {
	steps: [
		{
			...{ action: 'block', vendor: 'llm-fuse', targetId: '{tenantId}' },
			severities: ['high', 'critical'],
		},
		{
			...{ action: 'pauseCollection', vendor: 'stripe', targetId: '{stripeCustomer}' },
			...{ severities: ['critical'], mode: 'automatic' },
		},
	],
	dryRun: true,
};

export const set: Operation = {
	value: 'set',
	name: 'Set',
	action: 'Set a containment policy',
	description: 'Say what is done about the incidents of a tenant, or of everybody',
	role: 'operate',
	fields: [
		...policyFields,
		{
			displayName: 'Policy (JSON)',
			name: 'policy',
			type: 'json',
			required: true,
			default: JSON.stringify(EXAMPLE, null, 2),
			description:
				'The steps, mildest first; with dryRun every step but the block is only told. Steps that cannot be undone have the mode approval.',
		},
	],
	async run(call) {
		const given = call.context.getNodeParameter('policy', call.itemIndex);
		const body = json(call, 'Policy (JSON)', given);

		return [await askOne(call, { method: 'PUT', path: policyPath(call), body })];
	},
};
