import { askPages, path } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const getVersions: Operation = {
	value: 'getVersions',
	name: 'Get Many Versions',
	action: 'Get many versions of a baseline',
	description: 'Get the versions of a baseline, newest first: when, why and from how much',
	role: 'read',
	fields: [tenantLocator(), ...listFields],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const paged = { path: path`/v1/baselines/${tenantId}/versions`, rows: 'versions' };

		return await askPages(call, paged, wanted(call));
	},
};
