import { askOne, path } from '../../shared/ask.ts';
import { incidentLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get an incident',
	description: 'Get an incident with its evidence, its alert and the actions taken',
	role: 'read',
	fields: [incidentLocator],
	async run(call) {
		const incidentId = id(call, 'incidentId', 'Incident');

		return [await askOne(call, { path: path`/v1/incidents/${incidentId}` })];
	},
};
