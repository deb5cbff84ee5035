import { path, askOne } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id, text } from '../../shared/reading.ts';
import { actorOptions } from '../action/fields.ts';

export const block: Operation = {
	value: 'block',
	name: 'Block',
	action: 'Block a tenant',
	description: 'Hold the breaker of a tenant open: none of its calls is allowed',
	role: 'operate',
	fields: [
		tenantLocator(),
		{
			displayName: 'Duration',
			name: 'duration',
			type: 'string',
			default: '1h',
			placeholder: 'e.g. 30m',
			description:
				'How long: a whole number and s, m, h or d, at most 366d. Leave empty to block until unblocked.',
		},
		{
			displayName: 'Reason',
			name: 'reason',
			type: 'string',
			default: '',
			placeholder: 'e.g. Key leaked',
			description: 'Told to everybody whose call is refused, and kept in the audit log',
		},
		actorOptions,
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const duration = text(call, 'duration');
		const reason = text(call, 'reason');
		const body = {
			...(duration ? { duration } : {}),
			...(reason ? { reason } : {}),
			...given(collection(call, 'options'), ['actor']),
		};

		return [
			await askOne(call, { method: 'POST', path: path`/v1/tenants/${tenantId}/block`, body }),
		];
	},
};
