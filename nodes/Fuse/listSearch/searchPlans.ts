import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { entryOf, searchWhole } from './search.ts';

/** A plan is a name: those that limits name are the ones there are. */
export async function searchPlans(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchWhole(
		this,
		{
			path: '/v1/limits',
			action: 'see the plans',
			role: 'read',
			entry: (row) => entryOf(row, 'plan', (plan) => plan),
		},
		{ filter, paginationToken },
	);
}
