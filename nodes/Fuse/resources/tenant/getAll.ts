import { askPages } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many tenants',
	description: 'Get the tenants of the last week, with their breaker and what they spend right now',
	role: 'read',
	fields: listFields,
	async run(call) {
		return await askPages(call, { path: '/v1/tenants', idField: 'tenantId' }, wanted(call));
	},
};
