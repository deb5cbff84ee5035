import { askNothing } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { policyFields, policyPath } from './fields.ts';

export const deletePolicy: Operation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete a containment policy',
	description:
		'Delete permanently the policy of a tenant, or of everybody; the wider one holds again',
	role: 'operate',
	fields: policyFields,
	async run(call) {
		await askNothing(call, { method: 'DELETE', path: policyPath(call) });

		return [{ deleted: true }];
	},
};
