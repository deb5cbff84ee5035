import { askOne, path } from '../../shared/ask.ts';
import { attempt, attemptOf } from '../../shared/attempts.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import { actionId } from './fields.ts';

export const claim: Operation = {
	value: 'claim',
	name: 'Claim',
	action: 'Claim an action',
	description: 'Take a step for two minutes to do it; of several that ask one is granted it',
	role: 'operate',
	fields: [actionId, attempt],
	async run(call) {
		const address = path`/v1/actions/${id(call, 'actionId', 'Action ID')}/claim`;
		const body = { attempt: attemptOf(call) };

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};
