import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';

/** What became of a message, without the message. */
const SIMPLE_NOTIFICATION = [
	'notificationId',
	'subjectId',
	'tenantId',
	'rule',
	'severity',
	'channel',
	'kind',
	'sequence',
	'state',
	'error',
	'createdAt',
	'sentAt',
];

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many notifications',
	description: 'Get messages to people, the newest first',
	role: 'read',
	fields: [
		...listFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'State',
					name: 'state',
					type: 'options',
					default: 'failed',
					options: [
						{ name: 'Failed', value: 'failed', description: 'Given up: a dead letter' },
						{ name: 'Requested', value: 'requested', description: 'On its way' },
						{ name: 'Sent', value: 'sent', description: 'The channel has it' },
						{ name: 'Skipped', value: 'skipped', description: 'Nobody subscribed to it' },
					],
				},
				{
					displayName: 'Subject ID',
					name: 'subjectId',
					type: 'string',
					default: '',
					placeholder: 'e.g. inc_…',
					description: 'Only of this incident or alert',
				},
				tenantFilter,
			],
		},
	],
	async run(call) {
		const query = given(collection(call, 'filters'), ['tenantId', 'subjectId', 'state']);
		const paged = { path: '/v1/notifications', query, idField: 'notificationId' };

		return simplified(call, await askPages(call, paged, wanted(call)), SIMPLE_NOTIFICATION);
	},
};
