import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { queueLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { SIMPLE_CALL } from './fields.ts';

export const retryDeadLetter: Operation = {
	value: 'retryDeadLetter',
	name: 'Retry Dead Letter',
	action: 'Retry a dead letter',
	description: 'Tell a refused call again; let one that was allowed wait again, in its old place',
	role: 'operate',
	fields: [queueLocator('searchDeadLetters', 'Dead Letter'), simplifyField],
	async run(call) {
		const queueId = id(call, 'queueId', 'Dead Letter');
		const address = path`/v1/dead-letters/${queueId}/retry`;
		const retried = await askOne(call, { method: 'POST', path: address });

		return simplified(call, [retried], SIMPLE_CALL);
	},
};
