import { askOne } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, fault, given, text } from '../../shared/reading.ts';
import { runsAsTool } from '../../../shared/runsAsTool.ts';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Create a service key',
	description: 'Make a key for the LLM Fuse service; the output is the only place that tells it',
	role: 'admin',
	fields: [
		{
			displayName:
				'The key itself is in the output, and in the saved data of this execution. Put it where it belongs right away.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. n8n production',
			description: 'What the key is for, as lists and refusals show it',
		},
		{
			displayName: 'Role',
			name: 'role',
			type: 'options',
			default: 'ask',
			options: [
				{
					name: 'Admin',
					value: 'admin',
					description: 'Everything, service keys too; never for one tenant alone',
				},
				{ name: 'Ask', value: 'ask', description: 'Ask before calls and settle them: the Gate' },
				{
					name: 'Operate',
					value: 'operate',
					description: 'Block, set limits, order the queue: this node and the Trigger',
				},
				{ name: 'Read', value: 'read', description: 'Look at everything, change nothing' },
				{ name: 'Record', value: 'record', description: 'Report usage: the Meter' },
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				tenantLocator({
					required: false,
					description: 'Bind the key to one customer: it sees and charges nobody else',
				}),
			],
		},
	],
	async run(call) {
		if (runsAsTool(call.context)) {
			throw fault(
				call,
				'An AI agent does not make service keys: a model would read the key',
				'Create the key in a step of the workflow instead.',
			);
		}
		const body = {
			name: text(call, 'name'),
			role: text(call, 'role'),
			...given(collection(call, 'options'), ['tenantId']),
		};

		return [await askOne(call, { method: 'POST', path: '/v1/service-keys', body })];
	},
};
