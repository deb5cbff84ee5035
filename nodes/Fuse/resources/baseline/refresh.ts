import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const refresh: Operation = {
	value: 'refresh',
	name: 'Refresh',
	action: 'Refresh the baseline of a tenant',
	description: 'Learn anew what is normal from the last 14 days, incidents left out',
	role: 'operate',
	fields: [tenantLocator()],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');

		return [await askOne(call, { method: 'POST', path: path`/v1/baselines/${tenantId}/refresh` })];
	},
};
