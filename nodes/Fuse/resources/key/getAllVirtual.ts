import { askPages, path } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const getAllVirtual: Operation = {
	value: 'getAllVirtual',
	name: 'Get Many Virtual Keys',
	action: 'Get many virtual keys',
	description: 'Get the virtual keys of a customer, valid or not, without the keys themselves',
	role: 'read',
	fields: [tenantLocator(), ...listFields],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const paged = { path: path`/v1/tenants/${tenantId}/keys`, idField: 'keyId' };

		return await askPages(call, paged, wanted(call));
	},
};
