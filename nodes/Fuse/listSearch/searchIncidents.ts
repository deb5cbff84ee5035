import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { textAt } from '../../../core/readers/reading.ts';
import { entryOf, searchPages, shownInstant } from './search.ts';

/** The newest first. */
export async function searchIncidents(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchPages(
		this,
		{
			paged: { path: '/v1/incidents', idField: 'incidentId' },
			action: 'see the incidents',
			role: 'read',
			entry(row) {
				const opened = shownInstant(row, 'openedAt');
				const state = textAt(row, 'closedAt') === undefined ? 'open' : 'closed';
				const name = `${textAt(row, 'tenantId')}: ${textAt(row, 'rule')}, ${opened}, ${state}`;
				return entryOf(row, 'incidentId', () => name);
			},
		},
		{ filter, paginationToken },
	);
}
