import { askList } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many providers',
	description: 'Get the providers with their tiers, and until when one throttles',
	role: 'read',
	fields: listFields,
	async run(call) {
		return (await askList(call, { path: '/v1/providers' })).slice(0, wanted(call));
	},
};
