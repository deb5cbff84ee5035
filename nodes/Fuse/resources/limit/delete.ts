import { askNothing, path } from '../../shared/ask.ts';
import { limitLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

export const deleteLimit: Operation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete a limit',
	description: 'Delete a limit permanently; it holds nothing up from the next call on',
	role: 'operate',
	fields: [limitLocator],
	async run(call) {
		const limitId = id(call, 'limitId', 'Limit');
		await askNothing(call, { method: 'DELETE', path: path`/v1/limits/${limitId}` });

		return [{ deleted: true }];
	},
};
