import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator, virtualKeyLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';
import {
	incidentOfKeys,
	reachesAll,
	reachField,
	shownForAll,
	shownForOne,
} from './virtualFields.ts';

export const restoreVirtual: Operation = {
	value: 'restoreVirtual',
	name: 'Restore Virtual Key',
	action: 'Restore a virtual key',
	description: 'Make a revoked virtual key valid again, or those revoked for an incident',
	role: 'operate',
	fields: [
		tenantLocator(),
		reachField({
			name: 'All of an Incident',
			description: 'The keys that were revoked for this incident, and no others',
		}),
		{ ...virtualKeyLocator, displayOptions: shownForOne },
		{ ...incidentOfKeys, displayOptions: shownForAll },
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		if (reachesAll(call)) {
			const body = { incidentId: id(call, 'incidentId', 'Incident') };
			const address = path`/v1/tenants/${tenantId}/keys/restore`;
			return [await askOne(call, { method: 'POST', path: address, body })];
		}
		const keyId = id(call, 'virtualKeyId', 'Virtual Key');
		const address = path`/v1/tenants/${tenantId}/keys/${keyId}/restore`;

		return [await askOne(call, { method: 'POST', path: address })];
	},
};
