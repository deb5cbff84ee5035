import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';

export const getRouting: Operation = {
	value: 'getRouting',
	name: 'Get Routing',
	action: 'Get the routing of alerts',
	description: 'Get where people are told of which alerts',
	role: 'read',
	fields: [],
	async run(call) {
		return [await askOne(call, { path: '/v1/alert-routing' })];
	},
};
