import { askOne, path } from '../../shared/ask.ts';
import { incidentLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { acknowledgeOptions } from '../alert/acknowledgeOptions.ts';

export const acknowledge: Operation = {
	value: 'acknowledge',
	name: 'Acknowledge',
	action: 'Acknowledge an incident',
	description: 'Take care of an incident: it is not told again until it gets worse',
	role: 'operate',
	fields: [incidentLocator, acknowledgeOptions],
	async run(call) {
		const address = path`/v1/incidents/${id(call, 'incidentId', 'Incident')}/acknowledge`;
		const body = given(collection(call, 'options'), ['actor', 'name']);

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
