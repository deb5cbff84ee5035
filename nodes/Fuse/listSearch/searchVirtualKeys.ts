import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { textAt } from '../../../core/readers/reading.ts';
import { path } from '../shared/ask.ts';
import { entryOf, searchPages } from './search.ts';

/** The keys of the tenant that is chosen; none until one is. */
export async function searchVirtualKeys(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const tenantId: unknown = this.getCurrentNodeParameter('tenantId', { extractValue: true });
	if (typeof tenantId !== 'string' || tenantId.trim() === '') return { results: [] };

	return await searchPages(
		this,
		{
			paged: { path: path`/v1/tenants/${tenantId.trim()}/keys`, idField: 'keyId' },
			action: 'see the virtual keys',
			role: 'read',
			entry(row) {
				const state = textAt(row, 'revokedAt') === undefined ? '' : ', revoked';
				const shown = (id: string) =>
					`${textAt(row, 'name') ?? id} (…${textAt(row, 'last4') ?? ''}${state})`;
				return entryOf(row, 'keyId', shown);
			},
		},
		{ filter, paginationToken },
	);
}
