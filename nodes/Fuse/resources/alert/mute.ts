import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, text } from '../../shared/reading.ts';
import { muteOptions, ruleField } from './muteFields.ts';

export const mute: Operation = {
	value: 'mute',
	name: 'Mute',
	action: 'Mute a rule',
	description: 'Tell nobody of a rule for a while; cutting off a tenant is told all the same',
	role: 'operate',
	fields: [
		ruleField,
		{
			displayName: 'Duration',
			name: 'duration',
			type: 'string',
			required: true,
			default: '1h',
			placeholder: 'e.g. 30m',
			description: 'How long: a whole number and s, m, h or d, at most 366d',
		},
		muteOptions,
	],
	async run(call) {
		const body = {
			rule: text(call, 'rule'),
			duration: text(call, 'duration'),
			...given(collection(call, 'options'), ['tenantId']),
		};

		return [await askOne(call, { method: 'POST', path: '/v1/mutes', body })];
	},
};
