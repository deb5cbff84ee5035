import type { IDataObject } from 'n8n-workflow';
import { isRecord, listAt, type JsonRecord } from '../../../../core/readers/reading.ts';
import { askerOf, askOne, listOf, path } from '../../shared/ask.ts';
import { providerLocator } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';

export const setTier: Operation = {
	value: 'setTier',
	name: 'Set Tier',
	action: 'Set the tier of a provider',
	description: 'Enforce the limits of your tier at a provider; overrides that are set stay',
	role: 'operate',
	fields: [
		providerLocator,
		{
			displayName: 'Tier Name or ID',
			name: 'tier',
			type: 'options',
			typeOptions: { loadOptionsMethod: 'getTiers', loadOptionsDependsOn: ['providerId.value'] },
			required: true,
			default: '',
			description:
				'What the console of the vendor shows as yours. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		},
	],
	async run(call) {
		const providerId = id(call, 'providerId', 'Provider');
		const overrides = await currentOverrides(call, providerId);
		const body = { tier: text(call, 'tier'), overrides };

		return [await askOne(call, { method: 'PUT', path: path`/v1/providers/${providerId}`, body })];
	},
};

/** PUT replaces them, so those there are go along; `model` is left out where they are for all models. */
async function currentOverrides(call: Call, providerId: string): Promise<IDataObject[]> {
	const providers = await listOf(askerOf(call), { path: '/v1/providers' });
	const found = providers.find(({ provider }) => provider === providerId) ?? {};

	return listAt(found, 'overrides').filter(isRecord).map(settable);
}

function settable({ model, ...override }: JsonRecord): IDataObject {
	return { ...override, ...(typeof model === 'string' ? { model } : {}) } as IDataObject;
}
