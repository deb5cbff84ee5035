import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';

/** Without the figures: the changes say those that moved. */
const SIMPLE = ['tenantId', 'from', 'to', 'moved', 'changes'];

export const compare: Operation = {
	value: 'compare',
	name: 'Compare',
	action: 'Compare two versions of a baseline',
	description: 'Get what changed from one version of a baseline to another, in words and figures',
	role: 'read',
	fields: [
		tenantLocator(),
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'From Version',
					name: 'from',
					type: 'number',
					typeOptions: { minValue: 1, numberPrecision: 0 },
					default: 1,
					description: 'Unless set: the version before the other one',
				},
				{
					displayName: 'To Version',
					name: 'to',
					type: 'number',
					typeOptions: { minValue: 1, numberPrecision: 0 },
					default: 2,
					description: 'Unless set: the version in use',
				},
			],
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const query = given(collection(call, 'options'), ['from', 'to']);
		const diff = await askOne(call, { path: path`/v1/baselines/${tenantId}/diff`, query });

		return simplified(call, [diff], SIMPLE);
	},
};
