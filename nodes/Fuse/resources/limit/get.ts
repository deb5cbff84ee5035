import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { limitLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { SIMPLE_LIMIT } from './fields.ts';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a limit',
	description: 'Get what a limit says',
	role: 'read',
	fields: [limitLocator, simplifyField],
	async run(call) {
		const limitId = id(call, 'limitId', 'Limit');
		const limit = await askOne(call, { path: path`/v1/limits/${limitId}` });

		return simplified(call, [limit], SIMPLE_LIMIT);
	},
};
