import { askOne, path } from '../../shared/ask.ts';
import { providerLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a provider',
	description: 'Get the tier of a provider, what is left of its limits, and whether it throttles',
	role: 'read',
	fields: [providerLocator],
	async run(call) {
		const providerId = id(call, 'providerId', 'Provider');

		return [await askOne(call, { path: path`/v1/providers/${providerId}/state` })];
	},
};
