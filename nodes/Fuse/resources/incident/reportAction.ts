import { askOne, path } from '../../shared/ask.ts';
import { incidentLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id, json, text } from '../../shared/reading.ts';
import { detailOption, outcomeField } from '../action/fields.ts';

export const reportAction: Operation = {
	value: 'reportAction',
	name: 'Report Action',
	action: 'Report an action on an incident',
	description:
		'Record what a step did at a vendor that nobody had asked for; the latest report stays',
	role: 'operate',
	fields: [
		incidentLocator,
		{
			displayName: 'Action',
			name: 'step',
			type: 'options',
			default: 'revokeKey',
			description: 'What was done',
			options: [
				{ name: 'Block', value: 'block', description: 'Calls are refused at the vendor' },
				{ name: 'Notify', value: 'notify', description: 'A person was told' },
				{ name: 'Pause Collection', value: 'pauseCollection', description: 'Billing was paused' },
				{
					name: 'Provider Spend Limit',
					value: 'providerSpendLimit',
					description: 'The limit in the vendor’s console was lowered',
				},
				{ name: 'Queue Only', value: 'queueOnly', description: 'Calls wait until it is lifted' },
				{ name: 'Revoke Key', value: 'revokeKey', description: 'A vendor key was ended' },
				{ name: 'Throttle', value: 'throttle', description: 'Calls were slowed down' },
			],
		},
		{
			displayName: 'Vendor',
			name: 'vendor',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. stripe',
			description: 'Where the step was taken',
		},
		{
			displayName: 'Target ID',
			name: 'targetId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. sub_1PqV…',
			description: 'What it was taken on: the ID of a key, a subscription, a channel',
		},
		outcomeField('It could not be done'),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				detailOption,
				{
					displayName: 'Restore',
					name: 'restore',
					type: 'json',
					default: '{}',
					description: 'What is needed to undo the step, such as the values before it. No secrets.',
				},
			],
		},
	],
	async run(call) {
		const incidentId = id(call, 'incidentId', 'Incident');
		const options = collection(call, 'options');
		const { restore } = options;
		const body = {
			action: text(call, 'step'),
			vendor: text(call, 'vendor'),
			targetId: text(call, 'targetId'),
			outcome: text(call, 'outcome'),
			...given(options, ['detail']),
			...(restore === undefined ? {} : { restore: json(call, 'Restore', restore) }),
		};
		const address = path`/v1/incidents/${incidentId}/actions`;

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
