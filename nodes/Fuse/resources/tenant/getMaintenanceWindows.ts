import { askList, path } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const getMaintenanceWindows: Operation = {
	value: 'getMaintenanceWindows',
	name: 'Get Many Maintenance Windows',
	action: 'Get many maintenance windows',
	description: 'Get the maintenance windows of a tenant that have not ended',
	role: 'read',
	fields: [tenantLocator(), ...listFields],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const windows = path`/v1/tenants/${tenantId}/maintenance-windows`;

		return (await askList(call, { path: windows })).slice(0, wanted(call));
	},
};
