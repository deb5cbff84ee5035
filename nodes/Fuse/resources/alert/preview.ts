import { amountFields, amountOf } from '../../shared/amount.ts';
import { askOne } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, id, instant, text } from '../../shared/reading.ts';

const AMOUNT = 'Spend per Minute';

export const preview: Operation = {
	value: 'preview',
	name: 'Preview',
	action: 'Preview an alert',
	description: 'Get the alert as every channel would get it; nothing is sent or kept',
	role: 'read',
	fields: [
		tenantLocator(),
		...amountFields({ label: AMOUNT, description: 'What the tenant spent in the last minute' }),
		{
			displayName: 'Endpoint',
			name: 'endpoint',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. api.openai.com/v1/chat/completions',
			description: 'Host and path of what was called',
		},
		{
			displayName: 'Severity',
			name: 'severity',
			type: 'options',
			default: 'critical',
			description: 'How severe the alert is',
			options: [
				{ name: 'Critical', value: 'critical' },
				{ name: 'High', value: 'high' },
				{ name: 'Warning', value: 'warning' },
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Breaker Fired',
					name: 'breakerFired',
					type: 'boolean',
					default: true,
					description: 'Whether the tenant was cut off. Unless set: when it is critical.',
				},
				{
					displayName: 'Time',
					name: 'time',
					type: 'dateTime',
					default: '',
					description: 'When it happened. Unless set: now.',
				},
			],
		},
	],
	async run(call) {
		const { breakerFired, time } = collection(call, 'options');
		const at = instant(call, 'Time', time);
		const body = {
			tenantId: id(call, 'tenantId', 'Tenant'),
			severity: text(call, 'severity'),
			microCentsPerMinute: amountOf(call, AMOUNT),
			endpoint: text(call, 'endpoint'),
			...(typeof breakerFired === 'boolean' ? { breakerFired } : {}),
			...(at === undefined ? {} : { time: at }),
		};

		return [await askOne(call, { method: 'POST', path: '/v1/alerts/preview', body })];
	},
};
