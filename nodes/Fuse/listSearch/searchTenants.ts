import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { recordAt, textAt } from '../../../core/readers/reading.ts';
import { entryOf, searchPages } from './search.ts';

/** The tenants of the last week, with a filter all whose id contains it; one that is cut off says so. */
export async function searchTenants(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchPages(
		this,
		{
			paged: { path: '/v1/tenants', query: { search: filter?.trim() }, idField: 'tenantId' },
			action: 'see the tenants',
			role: 'read',
			entry(row) {
				const state = textAt(recordAt(row, 'breaker'), 'state') ?? 'closed';
				return entryOf(row, 'tenantId', (id) => (state === 'closed' ? id : `${id} (${state})`));
			},
		},
		{ filter, paginationToken },
	);
}
