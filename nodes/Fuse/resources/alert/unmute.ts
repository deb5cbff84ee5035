import { askNothing, path } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, text } from '../../shared/reading.ts';
import { muteOptions, ruleField } from './muteFields.ts';

export const unmute: Operation = {
	value: 'unmute',
	name: 'Unmute',
	action: 'Unmute a rule',
	description: 'End the mute of a rule: of one customer, or the one that is of all',
	role: 'operate',
	fields: [ruleField, muteOptions],
	async run(call) {
		const rule = text(call, 'rule');
		const query = given(collection(call, 'options'), ['tenantId']);
		await askNothing(call, { method: 'DELETE', path: path`/v1/mutes/${rule}`, query });

		return [{ rule, unmuted: true }];
	},
};
