import { askList, path } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

const SIMPLE = [
	'limitId',
	'scope',
	'subject',
	'unit',
	'window',
	'capacity',
	'capacityUsd',
	'spent',
	'spentUsd',
	'held',
	'heldUsd',
	'remaining',
	'remainingUsd',
	'resetsAt',
];

export const getStatus: Operation = {
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get the status of all limits of a tenant',
	description: 'Get what is spent, held and left of every limit of a tenant, and when it resets',
	role: 'read',
	fields: [tenantLocator(), ...listFields, simplifyField],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const limits = await askList(call, { path: path`/v1/tenants/${tenantId}/limits` });

		return simplified(call, limits.slice(0, wanted(call)), SIMPLE);
	},
};
