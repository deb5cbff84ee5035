import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { queueLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';
import { lanes, SIMPLE_CALL } from './fields.ts';

const FIRST = 'first';

export const promote: Operation = {
	value: 'promote',
	name: 'Promote',
	action: 'Promote a queued call',
	description: 'Move a waiting call to another lane, or before all others',
	role: 'operate',
	fields: [
		queueLocator('searchWaiting'),
		{
			displayName: 'Move To',
			name: 'moveTo',
			type: 'options',
			default: FIRST,
			options: [
				{
					name: 'Before All Others',
					value: FIRST,
					description: 'Not with a service key that is bound to one tenant',
				},
				...lanes.map((lane) => ({ ...lane, name: `Lane: ${lane.name}` })),
			],
		},
		simplifyField,
	],
	async run(call) {
		const queueId = id(call, 'queueId', 'Queued Call');
		const moveTo = text(call, 'moveTo');
		const body = moveTo === FIRST ? {} : { lane: moveTo };
		const address = path`/v1/queue/${queueId}/promote`;
		const promoted = await askOne(call, { method: 'POST', path: address, body });

		return simplified(call, [promoted], SIMPLE_CALL);
	},
};
