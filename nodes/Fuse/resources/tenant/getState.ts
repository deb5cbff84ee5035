import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const getState: Operation = {
	value: 'getState',
	name: 'Get State',
	action: 'Get the state of a tenant',
	description: 'Get the breaker of a tenant, and the limits its next call has to pass',
	role: 'read',
	fields: [tenantLocator()],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');

		return [await askOne(call, { path: path`/v1/tenants/${tenantId}/state` })];
	},
};
