import { askNothing, path } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { modelFields, modelOf } from './fields.ts';

export const deletePrice: Operation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete the price of a model',
	description: 'Forget the price you set for a model: that of the list holds again',
	role: 'operate',
	fields: modelFields,
	async run(call) {
		const { provider, model } = modelOf(call);
		await askNothing(call, { method: 'DELETE', path: path`/v1/prices/${provider}/${model}` });

		return [{ deleted: true }];
	},
};
