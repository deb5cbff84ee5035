import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator, virtualKeyLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';
import { keyNotice, refuseToAgent } from './virtualFields.ts';

export const rotateVirtual: Operation = {
	value: 'rotateVirtual',
	name: 'Rotate Virtual Key',
	action: 'Rotate a virtual key',
	description: 'Make a new key in the place of another; the output alone tells it',
	role: 'operate',
	fields: [
		keyNotice,
		tenantLocator(),
		virtualKeyLocator,
		{
			displayName: 'Grace',
			name: 'grace',
			type: 'string',
			default: '10m',
			placeholder: 'e.g. 10m',
			description:
				'How long the old key goes on working, in s, m, h or d, at most 7d; empty: not at all',
		},
	],
	async run(call) {
		refuseToAgent(call);
		const tenantId = id(call, 'tenantId', 'Tenant');
		const keyId = id(call, 'virtualKeyId', 'Virtual Key');
		const grace = text(call, 'grace');
		const body = grace === '' ? {} : { grace };

		return [
			await askOne(call, {
				method: 'POST',
				path: path`/v1/tenants/${tenantId}/keys/${keyId}/rotate`,
				body,
			}),
		];
	},
};
