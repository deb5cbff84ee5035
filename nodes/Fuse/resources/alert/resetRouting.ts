import { askNothing } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';

export const resetRouting: Operation = {
	value: 'resetRouting',
	name: 'Reset Routing',
	action: 'Reset the routing of alerts',
	description: 'Forget the routes that were set: each alert goes where its urgency says',
	role: 'operate',
	fields: [],
	async run(call) {
		await askNothing(call, { method: 'DELETE', path: '/v1/alert-routing' });

		return [{ reset: true }];
	},
};
