import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { textAt } from '../../../core/readers/reading.ts';
import { entryOf, searchPages, shownInstant } from './search.ts';

/** Those that nobody takes care of, the newest first. */
export async function searchAlerts(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchPages(
		this,
		{
			paged: { path: '/v1/alerts', query: { state: 'firing' }, idField: 'alertId' },
			action: 'see the alerts',
			role: 'read',
			entry(row) {
				const opened = shownInstant(row, 'openedAt');
				const [tenant, rule] = ['tenantId', 'rule'].map((of) => textAt(row, of));
				return entryOf(row, 'alertId', () => `${tenant}: ${rule}, ${opened}`);
			},
		},
		{ filter, paginationToken },
	);
}
