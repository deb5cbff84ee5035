import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { textAt } from '../../../core/readers/reading.ts';
import { DEAD_LETTER_ROWS } from '../resources/queue/fields.ts';
import type { Paged } from '../shared/ask.ts';
import { entryOf, searchPages, shownInstant, type Search } from './search.ts';

/** What tells dead letters of one kind apart for a person. */
const WHAT: Readonly<Record<string, string>> = {
	action: 'action',
	delivery: 'type',
	notification: 'channel',
};

/** Calls in any state. */
export async function searchQueue(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchCalls(this, { path: '/v1/queue', rows: 'calls' }, { filter, paginationToken });
}

/** Calls that can still be promoted or cancelled. */
export async function searchWaiting(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const paged = { path: '/v1/queue', rows: 'calls', query: { state: 'waiting' } };

	return await searchCalls(this, paged, { filter, paginationToken });
}

export async function searchDeadLetters(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const chosen: unknown = this.getCurrentNodeParameter('kind');
	const kind = typeof chosen === 'string' && chosen in DEAD_LETTER_ROWS ? chosen : 'call';
	const rows = DEAD_LETTER_ROWS[kind] ?? 'calls';
	const paged = { path: '/v1/dead-letters', rows, query: { kind } };
	const search = { filter, paginationToken };
	if (kind === 'call') return await searchCalls(this, paged, search);

	return await searchPages(
		this,
		{
			paged,
			action: 'see the dead letters',
			role: 'read',
			entry(row) {
				const [tenant, what] = ['tenantId', WHAT[kind] ?? 'type'].map((of) => textAt(row, of));
				return entryOf(row, `${kind}Id`, () => `${tenant ?? 'all tenants'}: ${what}`);
			},
		},
		search,
	);
}

async function searchCalls(
	context: ILoadOptionsFunctions,
	paged: Paged,
	search: Search,
): Promise<INodeListSearchResult> {
	return await searchPages(
		context,
		{
			paged,
			action: 'see the queue',
			role: 'read',
			entry(row) {
				const [tenant, lane, state] = ['tenantId', 'lane', 'state'].map((of) => textAt(row, of));
				const name = `${tenant}: ${lane}, ${state}, parked ${shownInstant(row, 'parkedAt')}`;
				return entryOf(row, 'queueId', () => name);
			},
		},
		search,
	);
}
