import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { textAt } from '../../../core/readers/reading.ts';
import { entryOf, searchWhole } from './search.ts';

export async function searchKeys(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchWhole(
		this,
		{
			path: '/v1/service-keys',
			action: 'see the service keys',
			role: 'admin',
			entry(row) {
				const bound = textAt(row, 'tenantId');
				const held = [textAt(row, 'role'), bound && `tenant ${bound}`].filter(Boolean).join(', ');
				return entryOf(row, 'keyId', (id) => `${textAt(row, 'name') ?? id} (${held})`);
			},
		},
		{ filter, paginationToken },
	);
}
