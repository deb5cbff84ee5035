import type { INodeProperties } from 'n8n-workflow';
import type { Call } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

/** Which model; both as usage events name them. */
export const modelFields: INodeProperties[] = [
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. openai',
		description: 'Who serves the model',
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. gpt-4o-mini',
		description: 'The model, as its vendor names it',
	},
];

export function modelOf(call: Call): { provider: string; model: string } {
	return { provider: id(call, 'provider', 'Provider'), model: id(call, 'model', 'Model') };
}
