import type { ChainedEntry } from '../ports/auditFunctions.ts';
import { CSV_TYPE, csvHeader, csvRows } from './csv.ts';

export type AuditFormat = 'ndjson' | 'csv';

type Pages = AsyncIterable<ChainedEntry[]>;

const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8';

const FORM = {
	columns: [
		...['position', 'hash', 'previousHash', 'at', 'actor', 'action'],
		...['tenantId', 'incidentId', 'subjectId', 'text'],
	],
	numbers: new Set<string>(),
};

/** An export as it is read, page by page. The first page is read before anything is sent, so that a failure can be told. */
export async function auditFile(
	pages: Pages,
	format: AuditFormat,
): Promise<{ type: string; chunks: AsyncIterable<string> }> {
	const read = await startedPages(pages);

	return format === 'csv'
		? { type: CSV_TYPE, chunks: csvChunks(read) }
		: { type: NDJSON_TYPE, chunks: ndjsonChunks(read) };
}

async function startedPages(pages: Pages): Promise<Pages> {
	const iterator = pages[Symbol.asyncIterator]();
	const first = await iterator.next();

	return (async function* () {
		for (let next = first; !next.done; next = await iterator.next()) yield next.value;
	})();
}

async function* ndjsonChunks(pages: Pages): AsyncGenerator<string, void, undefined> {
	for await (const page of pages) {
		yield page
			.map(({ position, hash, previousHash, text }) =>
				JSON.stringify({ position, hash, previousHash, text }),
			)
			.join('\n')
			.concat('\n');
	}
}

async function* csvChunks(pages: Pages): AsyncGenerator<string, void, undefined> {
	yield csvHeader(FORM);
	for await (const page of pages) {
		yield csvRows(
			page.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
			FORM,
		);
	}
}
