import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import { planLocator, tenantLocator } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';
import { SIMPLE_LIMIT } from './fields.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many limits',
	description: 'Get the limits that are set, of everybody, of a plan or of a tenant',
	role: 'read',
	fields: [
		{
			displayName: 'Limits Of',
			name: 'limitsOf',
			type: 'options',
			default: 'all',
			options: [
				{ name: 'All', value: 'all', description: 'Every limit this service key may see' },
				{ name: 'Plan', value: 'plan', description: 'Those of one plan' },
				{
					name: 'Tenant',
					value: 'tenant',
					description:
						'Those set for one tenant alone. Get Status has all limits that hold for it, with what is left.',
				},
			],
		},
		{ ...planLocator, displayOptions: { show: { limitsOf: ['plan'] } } },
		{ ...tenantLocator(), displayOptions: { show: { limitsOf: ['tenant'] } } },
		...listFields,
		simplifyField,
	],
	async run(call) {
		const query = filterOf(call, text(call, 'limitsOf'));
		const limits = await askPages(call, { path: '/v1/limits', query, idField: 'id' }, wanted(call));

		return simplified(call, limits, SIMPLE_LIMIT);
	},
};

function filterOf(call: Call, limitsOf: string): Record<string, string> {
	if (limitsOf === 'plan') return { plan: id(call, 'plan', 'Plan') };

	return limitsOf === 'tenant' ? { tenantId: id(call, 'tenantId', 'Tenant') } : {};
}
