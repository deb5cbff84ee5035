import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { given, id, text } from '../../shared/reading.ts';
import { noteField } from './fields.ts';

export const refresh: Operation = {
	value: 'refresh',
	name: 'Refresh',
	action: 'Refresh the baseline of a tenant',
	description: 'Learn anew what is normal from the last 14 days, what was abnormal left out',
	role: 'operate',
	fields: [tenantLocator(), noteField],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const body = given({ note: text(call, 'note') }, ['note']);

		return [
			await askOne(call, { method: 'POST', path: path`/v1/baselines/${tenantId}/refresh`, body }),
		];
	},
};
