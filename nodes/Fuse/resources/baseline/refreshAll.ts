import type { IDataObject } from 'n8n-workflow';
import { isRecord, listAt, textAt } from '../../../../core/readers/reading.ts';
import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { given, text } from '../../shared/reading.ts';

export const refreshAll: Operation = {
	value: 'refreshAll',
	name: 'Refresh All',
	action: 'Refresh all baselines that are not fresh',
	description: 'Learn anew what is normal for every tenant, and get what changed for each of them',
	role: 'operate',
	fields: [
		{
			displayName: 'Older Than',
			name: 'olderThan',
			type: 'string',
			default: '20h',
			placeholder: 'e.g. 20h',
			description: 'Baselines that are younger are left alone and only told about',
		},
	],
	/** Page by page: the service works a quarter of a minute on each, so no request waits long. */
	async run(call) {
		const asked = given({ olderThan: text(call, 'olderThan') }, ['olderThan']);
		const tenants: IDataObject[] = [];
		let cursor: string | undefined;
		do {
			const body = { ...asked, ...(cursor === undefined ? {} : { cursor }) };
			const path = '/v1/baselines/refresh';
			const round = await askOne(call, { method: 'POST', path, body });
			tenants.push(...listAt(round, 'tenants').filter(isRecord).map(asOutput));
			cursor = textAt(round, 'nextCursor');
		} while (cursor !== undefined);

		return tenants;
	},
};

/** JSON in, JSON out. */
function asOutput(tenant: object): IDataObject {
	return { ...tenant };
}
