import { askNothing, path } from '../../shared/ask.ts';
import { keyLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const revoke: Operation = {
	value: 'revoke',
	name: 'Revoke',
	action: 'Revoke a service key',
	description: 'End a service key for good, at every replica',
	role: 'admin',
	fields: [keyLocator],
	async run(call) {
		const keyId = id(call, 'keyId', 'Service Key');
		await askNothing(call, { method: 'DELETE', path: path`/v1/service-keys/${keyId}` });

		return [{ keyId, revoked: true }];
	},
};
