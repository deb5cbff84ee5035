import { askOne, path } from '../../shared/ask.ts';
import { alertLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';

export const acknowledge: Operation = {
	value: 'acknowledge',
	name: 'Acknowledge',
	action: 'Acknowledge an alert',
	description: 'Take care of an alert or an incident: it is not told again until it gets worse',
	role: 'operate',
	fields: [
		alertLocator,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Actor',
					name: 'actor',
					type: 'string',
					default: '',
					placeholder: 'e.g. telegram:12345 Ada',
					description: 'Whom this is done for, as the audit log names them',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Ada',
					description: 'How the messages that were posted call who takes care of it',
				},
			],
		},
	],
	async run(call) {
		const alertId = id(call, 'alertId', 'Alert');
		const body = given(collection(call, 'options'), ['actor', 'name']);
		const address = alertId.startsWith('inc_')
			? path`/v1/incidents/${alertId}/acknowledge`
			: path`/v1/alerts/${alertId}/acknowledge`;

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
