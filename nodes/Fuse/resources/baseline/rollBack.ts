import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, count, given, id } from '../../shared/reading.ts';
import { noteField } from './fields.ts';
import { SIMPLE_BASELINE } from './get.ts';

export const rollBack: Operation = {
	value: 'rollBack',
	name: 'Roll Back',
	action: 'Roll back the baseline of a tenant',
	description: 'Use an older version of a baseline again, and keep it for a while',
	role: 'operate',
	fields: [
		tenantLocator(),
		{
			displayName: 'Version',
			name: 'version',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			required: true,
			default: 1,
			description: 'The version to use again; Get Many Versions has them',
		},
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Hold For',
					name: 'holdFor',
					type: 'string',
					default: '1d',
					placeholder: 'e.g. 7d',
					description: 'No scheduled refresh replaces it for as long; a day unless set',
				},
				noteField,
			],
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const body = {
			version: count(call, 'version', 'Version'),
			...given(collection(call, 'options'), ['holdFor', 'note']),
		};
		const used = await askOne(call, {
			...{ method: 'POST', path: path`/v1/baselines/${tenantId}/rollback`, body },
		});

		return simplified(call, [used], SIMPLE_BASELINE);
	},
};
