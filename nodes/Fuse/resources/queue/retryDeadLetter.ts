import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { queueLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { kindField, SIMPLE_CALL } from './fields.ts';

export const retryDeadLetter: Operation = {
	value: 'retryDeadLetter',
	name: 'Retry Dead Letter',
	action: 'Retry a dead letter',
	description: 'Try again what was given up; a call that was allowed waits again, in its old place',
	role: 'operate',
	fields: [kindField, queueLocator('searchDeadLetters', 'Dead Letter'), simplifyField],
	async run(call) {
		const queueId = id(call, 'queueId', 'Dead Letter');
		const address = path`/v1/dead-letters/${queueId}/retry`;
		const retried = await askOne(call, { method: 'POST', path: address });

		return simplified(call, [retried], [...SIMPLE_CALL, 'id', 'kind', 'retried']);
	},
};
