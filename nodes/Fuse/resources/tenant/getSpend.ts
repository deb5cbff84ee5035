import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';

export const getSpend: Operation = {
	value: 'getSpend',
	name: 'Get Spend',
	action: 'Get the spend of a tenant',
	description: 'Get what a tenant used in the time that ends now: money, requests and tokens',
	role: 'read',
	fields: [
		tenantLocator(),
		{
			displayName: 'Window',
			name: 'window',
			type: 'options',
			default: '1h',
			description: 'The time that ends now',
			options: [
				{ name: '1 Day', value: '24h' },
				{ name: '1 Hour', value: '1h' },
				{ name: '30 Days', value: '30d' },
				{ name: '5 Minutes', value: '5m' },
				{ name: '7 Days', value: '7d' },
				{ name: 'Custom', value: 'custom' },
			],
		},
		{
			displayName: 'Custom Window',
			name: 'customWindow',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 90m',
			description: 'A whole number and s, m, h or d, at most 366d',
			displayOptions: { show: { window: ['custom'] } },
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const chosen = text(call, 'window');
		const window = chosen === 'custom' ? text(call, 'customWindow') : chosen;

		return [await askOne(call, { path: path`/v1/tenants/${tenantId}/spend`, query: { window } })];
	},
};
