import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { given, id, text } from '../../shared/reading.ts';
import { noteField } from './fields.ts';

export const accept: Operation = {
	value: 'accept',
	name: 'Accept New Normal',
	action: 'Accept the new normal of a tenant',
	description: 'Say yes to "new normal?": what was flagged since it began is learned from at once',
	role: 'operate',
	fields: [tenantLocator(), noteField],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const body = given({ note: text(call, 'note') }, ['note']);

		return [
			await askOne(call, { method: 'POST', path: path`/v1/baselines/${tenantId}/accept`, body }),
		];
	},
};
