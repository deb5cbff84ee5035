import { askList } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many service keys',
	description: 'Get the valid service keys with their roles, without the keys themselves',
	role: 'admin',
	fields: listFields,
	async run(call) {
		return (await askList(call, { path: '/v1/service-keys' })).slice(0, wanted(call));
	},
};
