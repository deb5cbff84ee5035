import { askNothing, path } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { notificationId } from './fields.ts';

export const retry: Operation = {
	value: 'retry',
	name: 'Retry',
	action: 'Retry a notification',
	description: 'Hand out again a message that was given up',
	role: 'operate',
	fields: [notificationId],
	async run(call) {
		const given = id(call, 'notificationId', 'Notification ID');
		await askNothing(call, { method: 'POST', path: path`/v1/notifications/${given}/retry` });

		return [{ notificationId: given, retried: true }];
	},
};
