import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const getTargets: Operation = {
	value: 'getTargets',
	name: 'Get Targets',
	action: 'Get the targets of a tenant',
	description: 'Get what containment steps act on for a tenant: IDs at vendors, by name',
	role: 'read',
	fields: [tenantLocator()],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');

		return [await askOne(call, { path: path`/v1/tenants/${tenantId}/targets` })];
	},
};
