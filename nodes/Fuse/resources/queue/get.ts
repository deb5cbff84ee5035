import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { queueLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { SIMPLE_CALL } from './fields.ts';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a queued call',
	description: 'Get a parked call and what became of it',
	role: 'ask',
	fields: [queueLocator('searchQueue'), simplifyField],
	async run(call) {
		const queueId = id(call, 'queueId', 'Queued Call');
		const found = await askOne(call, { path: path`/v1/queue/${queueId}` });

		return simplified(call, [found], SIMPLE_CALL);
	},
};
