import { askOne, path } from '../../shared/ask.ts';
import { simplified, simplifyField } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id } from '../../shared/reading.ts';

/** Without the levels and scales: several hundred numbers. */
export const SIMPLE_BASELINE = [
	...['tenantId', 'version', 'previous', 'fittedAt', 'cause', 'snapshots', 'centroids'],
	...['excludedMinutes', 'parent', 'note', 'inForce', 'newNormal'],
];

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get the baseline of a tenant',
	description: 'Get what counts as normal for a tenant, and how much usage stands behind it',
	role: 'read',
	fields: [tenantLocator(), simplifyField],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const baseline = await askOne(call, { path: path`/v1/baselines/${tenantId}` });

		return simplified(call, [baseline], SIMPLE_BASELINE);
	},
};
