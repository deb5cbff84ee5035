import { askOne, path } from '../../shared/ask.ts';
import { attempt, attemptOf, retryAfterOption, statusOption } from '../../shared/attempts.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id, json, text } from '../../shared/reading.ts';
import { notificationId } from './fields.ts';

export const report: Operation = {
	value: 'report',
	name: 'Report',
	action: 'Report a notification',
	description: 'Tell how posting a message ended; the same report again changes nothing',
	role: 'operate',
	fields: [
		notificationId,
		attempt,
		{
			displayName: 'Outcome',
			name: 'outcome',
			type: 'options',
			default: 'sent',
			description: 'How it ended',
			options: [
				{ name: 'Failed', value: 'failed', description: 'It is handed out again later' },
				{ name: 'Sent', value: 'sent', description: 'The channel has it' },
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Error',
					name: 'error',
					type: 'string',
					default: '',
					placeholder: 'e.g. channel_not_found',
					description: 'Why it failed, for whoever looks at the dead letter',
				},
				{
					displayName: 'External',
					name: 'external',
					type: 'json',
					default: '{}',
					description: 'What the channel calls the message, by which a later one changes it',
				},
				statusOption,
				{
					displayName: 'No Other Attempt',
					name: 'final',
					type: 'boolean',
					default: true,
					description: 'Whether another attempt is of no use',
				},
				retryAfterOption,
			],
		},
	],
	async run(call) {
		const address = path`/v1/notifications/${id(call, 'notificationId', 'Notification ID')}/report`;
		const options = collection(call, 'options');
		const { external, status, final, retryAfterMs } = options;
		const body = {
			attempt: attemptOf(call),
			outcome: text(call, 'outcome'),
			...given(options, ['error']),
			...(external === undefined ? {} : { external: json(call, 'External', external) }),
			...(typeof status === 'number' ? { http: { status } } : {}),
			...(typeof final === 'boolean' ? { final } : {}),
			...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
		};

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
