import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const unblock: Operation = {
	value: 'unblock',
	name: 'Unblock',
	action: 'Unblock a tenant',
	description: 'Close the breaker of a tenant, end its open incident and forgive its last minutes',
	role: 'operate',
	fields: [tenantLocator()],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');

		return [await askOne(call, { method: 'POST', path: path`/v1/tenants/${tenantId}/unblock` })];
	},
};
