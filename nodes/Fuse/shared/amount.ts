import type { INodeProperties } from 'n8n-workflow';
import type { Call } from './operation.ts';
import { count, text, usd } from './reading.ts';

type Amount = {
	/** "Amount" → "Amount (USD)". */
	label: string;
	description: string;
	/** When the amount is asked for at all. */
	show?: Record<string, string[]>;
};

/** An amount in US dollars, which is how people think, or in micro-cents, which is how the service counts. */
export function amountFields({ label, description, show = {} }: Amount): INodeProperties[] {
	return [
		{
			displayName: `${label} In`,
			name: 'amountIn',
			type: 'options',
			default: 'usd',
			displayOptions: { show },
			options: [
				{ name: 'Micro-Cents', value: 'microCents', description: '1 USD is 100,000,000' },
				{ name: 'USD', value: 'usd', description: 'Converted digit by digit, nothing is rounded' },
			],
		},
		{
			displayName: `${label} (USD)`,
			name: 'amountUsd',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 500.00',
			description: `${description}, with up to 8 decimals`,
			displayOptions: { show: { ...show, amountIn: ['usd'] } },
		},
		{
			displayName: `${label} (Micro-Cents)`,
			name: 'amountMicroCents',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			required: true,
			default: 50000000000,
			description,
			displayOptions: { show: { ...show, amountIn: ['microCents'] } },
		},
	];
}

/** The amount in micro-cents. */
export function amountOf(call: Call, label: string): number {
	return text(call, 'amountIn') === 'microCents'
		? count(call, 'amountMicroCents', `${label} (Micro-Cents)`)
		: usd(call, `${label} (USD)`, text(call, 'amountUsd'));
}
