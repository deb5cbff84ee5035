import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, count, given } from '../../shared/reading.ts';
import { modelFields, modelOf } from './fields.ts';

export const lookUp: Operation = {
	value: 'lookUp',
	name: 'Look Up',
	action: 'Look up the price of a call',
	description: 'Get the rates a call of a model would have now, or that it has no price',
	role: 'read',
	fields: [
		...modelFields,
		{
			displayName: 'Input Tokens',
			name: 'inputTokens',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 0,
			description: 'The size of the whole prompt: long ones cost more with some models',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Service Tier',
					name: 'serviceTier',
					type: 'string',
					default: '',
					placeholder: 'e.g. batch',
					description: 'The tier of the call. Unless set: standard.',
				},
			],
		},
	],
	async run(call) {
		const query = {
			...modelOf(call),
			inputTokens: count(call, 'inputTokens', 'Input Tokens'),
			...given(collection(call, 'options'), ['serviceTier']),
		};
		return [await askOne(call, { path: '/v1/prices/lookup', query })];
	},
};
