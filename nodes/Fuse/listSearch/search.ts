import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { textAt, type JsonRecord } from '../../../core/readers/reading.ts';
import { connectService } from '../../shared/service.ts';
import { listOf, pageOf, type Asker, type Paged } from '../shared/ask.ts';

/** As many entries as a person scrolls through before typing; with a filter, as many rows as are looked through at once. */
const PAGE_SIZE = 100;
const FILTERED_PAGE_SIZE = 1000;

/** A filter that matches nothing ends after this many pages; the list then goes on when asked to. */
const PAGES_MAX = 5;

export type Search = { filter: string | undefined; paginationToken: string | undefined };

/** What a list is made of. */
type Entries = {
	/** "see the tenants": for the message when the key may not. */
	action: string;
	role: 'read' | 'admin';
	entry: (row: JsonRecord) => INodeListSearchItems | undefined;
};

/** A list the service answers whole is filtered and cut into pages here; the token is where the next one begins. */
export async function searchWhole(
	context: ILoadOptionsFunctions,
	{ path, entry, ...need }: Entries & { path: string },
	{ filter, paginationToken }: Search,
): Promise<INodeListSearchResult> {
	const rows = await listOf(await askerFor(context, need), { path });
	const entries = uniqueByValue(rows.flatMap((row) => entry(row) ?? []));
	const matching = entries.filter((one) => matches(one, filter));
	const start = Number(paginationToken ?? 0);
	const end = start + PAGE_SIZE;

	return {
		results: matching.slice(start, end),
		...(end < matching.length ? { paginationToken: String(end) } : {}),
	};
}

/** A list the service answers in pages is looked through until something matches; the token is the service's own. */
export async function searchPages(
	context: ILoadOptionsFunctions,
	{ paged, entry, ...need }: Entries & { paged: Paged },
	{ filter, paginationToken }: Search,
): Promise<INodeListSearchResult> {
	const asker = await askerFor(context, need);
	const limit = filter ? FILTERED_PAGE_SIZE : PAGE_SIZE;
	const results: INodeListSearchItems[] = [];
	let next = paginationToken;
	let pages = 0;
	do {
		const page = await pageOf(asker, paged, { limit, next });
		const entries = page.rows.flatMap((row) => entry(row) ?? []);
		results.push(...entries.filter((one) => matches(one, filter)));
		({ next } = page);
		pages += 1;
	} while (next !== undefined && results.length === 0 && pages < PAGES_MAX);

	return { results, ...(next === undefined ? {} : { paginationToken: next }) };
}

/** The entry of a row with an id, shown as `name` says. */
export function entryOf(
	row: JsonRecord,
	idField: string,
	name: (id: string) => string,
): INodeListSearchItems | undefined {
	const value = textAt(row, idField);

	return value === undefined ? undefined : { name: name(value), value };
}

/** "2026-10-14 08:12 UTC", of an instant of the service. */
export function shownInstant(row: JsonRecord, field: string): string {
	return `${textAt(row, field)?.slice(0, 16).replace('T', ' ') ?? 'unknown'} UTC`;
}

async function askerFor(context: ILoadOptionsFunctions, need: Asker['need']): Promise<Asker> {
	return { node: context.getNode(), service: await connectService(context), need };
}

/** By what is shown and by the id, however it is capitalised. */
function matches({ name, value }: INodeListSearchItems, filter = ''): boolean {
	return `${name} ${String(value)}`.toLowerCase().includes(filter.trim().toLowerCase());
}

function uniqueByValue(entries: INodeListSearchItems[]): INodeListSearchItems[] {
	return [...new Map(entries.map((entry) => [entry.value, entry])).values()];
}
