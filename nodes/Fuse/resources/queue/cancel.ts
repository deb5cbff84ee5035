import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { queueLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { SIMPLE_CALL } from './fields.ts';

export const cancel: Operation = {
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel a queued call',
	description: 'Take a waiting call out of the queue; its execution is told no',
	role: 'operate',
	fields: [queueLocator('searchWaiting'), simplifyField],
	async run(call) {
		const queueId = id(call, 'queueId', 'Queued Call');
		const cancelled = await askOne(call, {
			method: 'POST',
			path: path`/v1/queue/${queueId}/cancel`,
		});

		return simplified(call, [cancelled], SIMPLE_CALL);
	},
};
