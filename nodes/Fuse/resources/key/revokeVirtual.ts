import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator, virtualKeyLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id, text } from '../../shared/reading.ts';
import {
	incidentOfKeys,
	reachesAll,
	reachField,
	reasonField,
	shownForAll,
	shownForOne,
} from './virtualFields.ts';

export const revokeVirtual: Operation = {
	value: 'revokeVirtual',
	name: 'Revoke Virtual Key',
	action: 'Revoke a virtual key',
	description: 'End one virtual key of a customer, or all of them, at every replica; can be undone',
	role: 'operate',
	fields: [
		tenantLocator(),
		reachField({ name: 'All of the Tenant', description: 'Every key that works now, at once' }),
		{ ...virtualKeyLocator, displayOptions: shownForOne },
		reasonField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			displayOptions: shownForAll,
			options: [
				{
					...incidentOfKeys,
					required: false,
					description: 'By which the keys can be restored together',
				},
			],
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const reason = text(call, 'reason');
		const why = reason === '' ? {} : { reason };
		if (reachesAll(call)) {
			const body = { ...why, ...given(collection(call, 'options'), ['incidentId']) };
			const address = path`/v1/tenants/${tenantId}/keys/revoke`;
			return [await askOne(call, { method: 'POST', path: address, body })];
		}
		const keyId = id(call, 'virtualKeyId', 'Virtual Key');
		const address = path`/v1/tenants/${tenantId}/keys/${keyId}/revoke`;

		return [await askOne(call, { method: 'POST', path: address, body: why })];
	},
};
