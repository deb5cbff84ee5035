import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { textAt } from '../../../core/readers/reading.ts';
import { entryOf, searchWhole } from './search.ts';

export async function searchProviders(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchWhole(
		this,
		{
			path: '/v1/providers',
			action: 'see the providers',
			role: 'read',
			entry(row) {
				const tier = textAt(row, 'tier');
				return entryOf(row, 'provider', (name) => (tier ? `${name} (tier ${tier})` : name));
			},
		},
		{ filter, paginationToken },
	);
}
