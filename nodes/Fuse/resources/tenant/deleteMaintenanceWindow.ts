import { askNothing, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const deleteMaintenanceWindow: Operation = {
	value: 'deleteMaintenanceWindow',
	name: 'Delete Maintenance Window',
	action: 'Delete a maintenance window',
	description: 'Delete a maintenance window permanently; one under way ends at once',
	role: 'operate',
	fields: [
		tenantLocator(),
		{
			displayName: 'Window ID',
			name: 'windowId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. mnt_c29tZXRoaW5n',
			description: 'The ID that Get Many Maintenance Windows gives',
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const windowId = id(call, 'windowId', 'Window ID');
		const window = path`/v1/tenants/${tenantId}/maintenance-windows/${windowId}`;
		await askNothing(call, { method: 'DELETE', path: window });

		return [{ deleted: true }];
	},
};
