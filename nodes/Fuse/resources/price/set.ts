import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { JsonRecord } from '../../../../core/readers/reading.ts';
import { askOne, path } from '../../shared/ask.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, text, usd } from '../../shared/reading.ts';
import { modelFields, modelOf } from './fields.ts';

/** What the canvas asks for, by what the service calls it. */
const OPTIONAL_RATES = [
	{ unit: 'cacheRead', name: 'cacheReadUsd', displayName: 'Cache Read (USD)' },
	{ unit: 'cacheWrite5m', name: 'cacheWrite5mUsd', displayName: 'Cache Write, 5 Minutes (USD)' },
	{ unit: 'cacheWrite1h', name: 'cacheWrite1hUsd', displayName: 'Cache Write, 1 Hour (USD)' },
	{ unit: 'inputAudio', name: 'inputAudioUsd', displayName: 'Input Audio (USD)' },
	{ unit: 'outputAudio', name: 'outputAudioUsd', displayName: 'Output Audio (USD)' },
] as const;

const rateOptions = OPTIONAL_RATES.map(
	({ name, displayName }): INodeProperties => ({
		displayName,
		name,
		type: 'string',
		default: '',
		placeholder: 'e.g. 0.30',
		description: 'US dollars for a million tokens. Unless set: they have no price of their own.',
	}),
);

export const set: Operation = {
	value: 'set',
	name: 'Set',
	action: 'Set the price of a model',
	description: 'Set what a model costs, in place of the price list; it holds for the next call',
	role: 'operate',
	fields: [
		...modelFields,
		{
			displayName: 'Input (USD)',
			name: 'inputUsd',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 3.00',
			description: 'US dollars for a million input tokens',
		},
		{
			displayName: 'Output (USD)',
			name: 'outputUsd',
			type: 'string',
			default: '',
			placeholder: 'e.g. 15.00',
			description: 'US dollars for a million output tokens; empty for embeddings',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Also Named',
					name: 'alsoNamed',
					type: 'string',
					default: '',
					placeholder: 'e.g. our-deployment, gpt-4o-2024-08-06',
					description: 'Other names of the model, comma-separated',
				},
				{
					displayName: 'Also Longer Names',
					name: 'prefix',
					type: 'boolean',
					default: false,
					description: 'Whether it is the price of every model whose name begins like this too',
				},
				...rateOptions,
			],
		},
	],
	async run(call) {
		const { provider, model } = modelOf(call);
		const options = collection(call, 'options');
		const body = {
			rates: ratesOf(call, options),
			alsoNamed: namesOf(options['alsoNamed']),
			prefix: options['prefix'] === true,
		};
		const address = path`/v1/prices/${provider}/${model}`;

		return [await askOne(call, { method: 'PUT', path: address, body })];
	},
};

/** Dollars for a million tokens are micro-cents for a million tokens, once they are read digit by digit. */
function ratesOf(call: Call, options: JsonRecord): IDataObject[] {
	const output = text(call, 'outputUsd');
	const more = OPTIONAL_RATES.filter(({ name }) => (options[name] ?? '') !== '');

	return [
		{ unit: 'inputUncached', rate: usd(call, 'Input (USD)', text(call, 'inputUsd')) },
		...(output === '' ? [] : [{ unit: 'output', rate: usd(call, 'Output (USD)', output) }]),
		...more.map(({ unit, name, displayName }) => ({
			unit,
			rate: usd(call, displayName, options[name]),
		})),
	];
}

function namesOf(written: unknown): string[] {
	return String(written ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
}
