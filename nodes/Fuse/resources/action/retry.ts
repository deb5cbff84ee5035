import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { actionId, actorOptions, SIMPLE_ACTION } from './fields.ts';

export const retry: Operation = {
	value: 'retry',
	name: 'Retry',
	action: 'Retry an action',
	description: 'Try a step anew that was given up, with all its attempts',
	role: 'operate',
	fields: [actionId, simplifyField, actorOptions],
	async run(call) {
		const address = path`/v1/actions/${id(call, 'actionId', 'Action ID')}/retry`;
		const body = given(collection(call, 'options'), ['actor']);
		const after = await askOne(call, { method: 'POST', path: address, body });

		return simplified(call, [after], SIMPLE_ACTION);
	},
};
