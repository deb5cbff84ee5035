import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { actionId, SIMPLE_ACTION } from './fields.ts';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get an action',
	description: 'Get a containment step and what became of it',
	role: 'read',
	fields: [actionId, simplifyField],
	async run(call) {
		const address = path`/v1/actions/${id(call, 'actionId', 'Action ID')}`;

		return simplified(call, [await askOne(call, { path: address })], SIMPLE_ACTION);
	},
};
