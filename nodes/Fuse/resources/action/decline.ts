import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { actionId, actorOptions, SIMPLE_ACTION } from './fields.ts';

export const decline: Operation = {
	value: 'decline',
	name: 'Decline',
	action: 'Decline an action',
	description: 'Say no to a step that waits for a person, or put away one that failed',
	role: 'operate',
	fields: [actionId, simplifyField, actorOptions],
	async run(call) {
		const address = path`/v1/actions/${id(call, 'actionId', 'Action ID')}/decline`;
		const body = given(collection(call, 'options'), ['actor']);
		const after = await askOne(call, { method: 'POST', path: address, body });

		return simplified(call, [after], SIMPLE_ACTION);
	},
};
