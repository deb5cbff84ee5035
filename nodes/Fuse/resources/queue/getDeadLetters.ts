import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, text } from '../../shared/reading.ts';
import { DEAD_LETTER_ROWS, kindField, SIMPLE_CALL } from './fields.ts';

/** What was given up and why. */
const SIMPLE_DEAD_LETTER = [
	...SIMPLE_CALL,
	...['deliveryId', 'actionId', 'notificationId', 'incidentId', 'subjectId'],
	...['type', 'action', 'vendor', 'targetId', 'channel', 'rule', 'error', 'createdAt'],
];

export const getDeadLetters: Operation = {
	value: 'getDeadLetters',
	name: 'Get Many Dead Letters',
	action: 'Get many dead letters',
	description: 'Get calls, deliveries, containment steps or messages that were given up',
	role: 'read',
	fields: [
		kindField,
		...listFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [tenantFilter],
		},
	],
	async run(call) {
		const kind = text(call, 'kind') || 'call';
		const query = { ...given(collection(call, 'filters'), ['tenantId']), kind };
		const paged = { path: '/v1/dead-letters', query, rows: DEAD_LETTER_ROWS[kind] ?? 'calls' };
		const rows = await askPages(call, paged, wanted(call));

		return simplified(call, rows, SIMPLE_DEAD_LETTER);
	},
};
