import { askOne, path } from '../../shared/ask.ts';
import { attempt, attemptOf } from '../../shared/attempts.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { notificationId } from './fields.ts';

export const claim: Operation = {
	value: 'claim',
	name: 'Claim',
	action: 'Claim a notification',
	description: 'Take a message for two minutes to post it; of several that ask one is granted it',
	role: 'operate',
	fields: [notificationId, attempt],
	async run(call) {
		const address = path`/v1/notifications/${id(call, 'notificationId', 'Notification ID')}/claim`;
		const body = { attempt: attemptOf(call) };

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
