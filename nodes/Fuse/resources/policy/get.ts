import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { policyFields, policyPath } from './fields.ts';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a containment policy',
	description: 'Get what is done about the incidents of a tenant, or of everybody',
	role: 'read',
	fields: policyFields,
	async run(call) {
		return [await askOne(call, { path: policyPath(call) })];
	},
};
