import { askOne, path } from '../../shared/ask.ts';
import { incidentLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { actorOptions } from '../action/fields.ts';

export const undo: Operation = {
	value: 'undo',
	name: 'Undo',
	action: 'Undo an incident',
	description: 'Put back what was done because of an incident, and let its tenant go on trial',
	role: 'operate',
	fields: [incidentLocator, actorOptions],
	async run(call) {
		const address = path`/v1/incidents/${id(call, 'incidentId', 'Incident')}/undo`;
		const body = given(collection(call, 'options'), ['actor']);

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
