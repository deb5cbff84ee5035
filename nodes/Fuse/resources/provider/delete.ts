import { askNothing, path } from '../../shared/ask.ts';
import { providerLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const deleteTier: Operation = {
	value: 'delete',
	name: 'Delete Tier',
	action: 'Delete the tier of a provider',
	description: 'Forget the tier of a provider and its overrides: its limits are enforced no more',
	role: 'operate',
	fields: [providerLocator],
	async run(call) {
		const providerId = id(call, 'providerId', 'Provider');
		await askNothing(call, { method: 'DELETE', path: path`/v1/providers/${providerId}` });

		return [{ deleted: true }];
	},
};
