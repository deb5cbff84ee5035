import { askNothing, path } from '../../shared/ask.ts';
import { queueLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const deleteDeadLetter: Operation = {
	value: 'deleteDeadLetter',
	name: 'Delete Dead Letter',
	action: 'Delete a dead letter',
	description: 'Delete permanently a call whose execution could not be told; nobody will be',
	role: 'operate',
	fields: [queueLocator('searchDeadLetters', 'Dead Letter')],
	async run(call) {
		const queueId = id(call, 'queueId', 'Dead Letter');
		await askNothing(call, { method: 'DELETE', path: path`/v1/dead-letters/${queueId}` });

		return [{ deleted: true }];
	},
};
