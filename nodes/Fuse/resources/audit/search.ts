import { askPages } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { incidentLocator, tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, instant } from '../../shared/reading.ts';

export const search: Operation = {
	value: 'search',
	name: 'Search',
	action: 'Search the audit log',
	description: 'Get who changed what and what the service did by itself, the newest first',
	role: 'read',
	fields: [
		...listFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Action',
					name: 'entryAction',
					type: 'string',
					default: '',
					placeholder: 'e.g. breaker.opened',
					description: 'What was done, exactly as entries name it',
				},
				{
					displayName: 'Actor',
					name: 'actor',
					type: 'string',
					default: '',
					placeholder: 'e.g. detector:spendCap',
					description: 'Who did it: the ID of a service key, a detector, or the service',
				},
				{
					displayName: 'From',
					name: 'from',
					type: 'dateTime',
					default: '',
					description: 'The beginning, in the time zone of the workflow',
				},
				{ ...incidentLocator, required: false },
				{
					displayName: 'Subject',
					name: 'subjectId',
					type: 'string',
					default: '',
					placeholder: 'e.g. act_5d1f0c2b7a9e4f6c8b30',
					description:
						'The ID of the action, notification, command, key or queued call that entries are about',
				},
				tenantFilter,
				{
					displayName: 'To',
					name: 'to',
					type: 'dateTime',
					default: '',
					description: 'The end, itself not within',
				},
			],
		},
	],
	async run(call) {
		const filters = collection(call, 'filters');
		const { entryAction: action } = given(filters, ['entryAction']);
		const query = {
			...given(filters, ['tenantId', 'actor', 'incidentId', 'subjectId']),
			action,
			from: instant(call, 'From', filters['from']),
			to: instant(call, 'To', filters['to']),
		};

		return await askPages(call, { path: '/v1/audit', query, rows: 'entries' }, wanted(call));
	},
};
