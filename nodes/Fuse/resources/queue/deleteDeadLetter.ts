import { askNothing, path } from '../../shared/ask.ts';
import { queueLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { kindField } from './fields.ts';

export const deleteDeadLetter: Operation = {
	value: 'deleteDeadLetter',
	name: 'Delete Dead Letter',
	action: 'Delete a dead letter',
	description: 'Delete permanently what was given up: nobody will be told, nothing will be done',
	role: 'operate',
	fields: [kindField, queueLocator('searchDeadLetters', 'Dead Letter')],
	async run(call) {
		const queueId = id(call, 'queueId', 'Dead Letter');
		await askNothing(call, { method: 'DELETE', path: path`/v1/dead-letters/${queueId}` });

		return [{ deleted: true }];
	},
};
