import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { actionId, actorOptions, SIMPLE_ACTION } from './fields.ts';

export const approve: Operation = {
	value: 'approve',
	name: 'Approve',
	action: 'Approve an action',
	description: 'Let a step happen that waits for a person; what cannot be undone goes last',
	role: 'operate',
	fields: [actionId, simplifyField, actorOptions],
	async run(call) {
		const address = path`/v1/actions/${id(call, 'actionId', 'Action ID')}/approve`;
		const body = given(collection(call, 'options'), ['actor']);
		const after = await askOne(call, { method: 'POST', path: address, body });

		return simplified(call, [after], SIMPLE_ACTION);
	},
};
