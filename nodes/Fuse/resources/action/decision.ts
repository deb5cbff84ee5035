import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { actionId, actorOptions, SIMPLE_ACTION } from './fields.ts';

type Decision = Pick<Operation, 'name' | 'action' | 'description'> & {
	/** The last part of the address too. */
	value: 'approve' | 'decline' | 'retry';
};

/** An operation by which a person decides what becomes of a step. */
export function decision(shown: Decision): Operation {
	return {
		...shown,
		role: 'operate',
		fields: [actionId, simplifyField, actorOptions],
		async run(call) {
			const address = path`/v1/actions/${id(call, 'actionId', 'Action ID')}/${shown.value}`;
			const body = given(collection(call, 'options'), ['actor']);
			const after = await askOne(call, { method: 'POST', path: address, body });

			return simplified(call, [after], SIMPLE_ACTION);
		},
	};
}
