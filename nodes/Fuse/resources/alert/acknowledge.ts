import { askOne, path } from '../../shared/ask.ts';
import { alertLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { acknowledgeOptions } from './acknowledgeOptions.ts';

export const acknowledge: Operation = {
	value: 'acknowledge',
	name: 'Acknowledge',
	action: 'Acknowledge an alert',
	description: 'Take care of an alert or an incident: it is not told again until it gets worse',
	role: 'operate',
	fields: [alertLocator, acknowledgeOptions],
	async run(call) {
		const alertId = id(call, 'alertId', 'Alert');
		const body = given(collection(call, 'options'), ['actor', 'name']);
		const address = alertId.startsWith('inc_')
			? path`/v1/incidents/${alertId}/acknowledge`
			: path`/v1/alerts/${alertId}/acknowledge`;

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
