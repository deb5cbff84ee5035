import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { textAt, type JsonRecord } from '../../../core/readers/reading.ts';
import { exactUsd } from '../../shared/exactUsd.ts';
import { entryOf, searchWhole } from './search.ts';

export async function searchLimits(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchWhole(
		this,
		{
			path: '/v1/limits',
			action: 'see the limits',
			role: 'read',
			entry: (row) => entryOf(row, 'id', (id) => `${whatItSays(row)} (${id})`),
		},
		{ filter, paginationToken },
	);
}

/** "500.00 USD per month, tenant acme", "200 requests per day, each model, plan free". */
function whatItSays(limit: JsonRecord): string {
	const { capacity, unit, scope } = limit;
	const amount =
		unit === 'microCents' ? `${exactUsd(Number(capacity))} USD` : `${capacity} ${unit}`;
	const window = textAt(limit, 'window');
	const subject = textAt(limit, 'subject');
	const counted = scope === 'tenant' ? undefined : (subject ?? `each ${String(scope)}`);

	return [
		window === undefined ? amount : `${amount} per ${window}`,
		scope === 'global' ? 'all tenants together' : counted,
		prefixed('tenant', textAt(limit, 'tenantId')),
		prefixed('plan', textAt(limit, 'plan')),
	]
		.filter((part) => part !== undefined)
		.join(', ');
}

function prefixed(word: string, name: string | undefined): string | undefined {
	return name === undefined ? undefined : `${word} ${name}`;
}
