import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a tenant',
	description: 'Get the plan of a tenant, and when it was first and last seen',
	role: 'read',
	fields: [tenantLocator()],
	async run(call) {
		return [await askOne(call, { path: path`/v1/tenants/${id(call, 'tenantId', 'Tenant')}` })];
	},
};
