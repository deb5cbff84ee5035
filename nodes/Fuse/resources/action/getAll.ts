import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';
import { SIMPLE_ACTION } from './fields.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many actions',
	description: 'Get containment steps, the newest first',
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
					displayName: 'Incident ID',
					name: 'incidentId',
					type: 'string',
					default: '',
					placeholder: 'e.g. inc_…',
					description: 'Only of this incident, in the order of the ladder',
				},
				{
					displayName: 'State',
					name: 'state',
					type: 'options',
					default: 'awaitingApproval',
					options: [
						{ name: 'Awaiting Approval', value: 'awaitingApproval', description: 'For a person' },
						{ name: 'Declined', value: 'declined', description: 'A person said no' },
						{ name: 'Done', value: 'done', description: 'It is in force' },
						{ name: 'Dry Run', value: 'dryRun', description: 'Only told' },
						{ name: 'Failed', value: 'failed', description: 'Given up: a dead letter' },
						{ name: 'Requested', value: 'requested', description: 'On its way' },
						{ name: 'Undone', value: 'undone', description: 'Put back' },
					],
				},
				tenantFilter,
			],
		},
	],
	async run(call) {
		const query = given(collection(call, 'filters'), ['incidentId', 'state', 'tenantId']);
		const paged = { path: '/v1/actions', query, rows: 'actions' };

		return simplified(call, await askPages(call, paged, wanted(call)), SIMPLE_ACTION);
	},
};
