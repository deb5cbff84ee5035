import type { IDataObject, IHttpRequestMethods, INode } from 'n8n-workflow';
import { isRecord, listAt, textAt, type JsonRecord } from '../../../core/readers/reading.ts';
import type { Service } from '../../shared/service.ts';
import type { Call } from './operation.ts';
import { refusal, type Need } from './problems.ts';
import { withUsd } from './usd.ts';

/** A person waits for most of these; a report over a year takes the database some seconds. */
const TIMEOUT_MS = 30_000;

/** The most the service puts on one page. */
const PAGE_MAX = 1000;

type Query = Record<string, string | number | undefined>;
type Request = { method?: IHttpRequestMethods; path: string; query?: Query; body?: IDataObject };
/** What an answer is asked for with; list searches have no item. */
export type Asker = { node: INode; service: Service; need: Need; itemIndex?: number };

/** `/v1/tenants/${id}/state` with every value encoded, so that an id may hold slashes, spaces or any script. */
export function path(parts: TemplateStringsArray, ...ids: string[]): string {
	return String.raw({ raw: parts }, ...ids.map(encodeURIComponent));
}

/** The body of a success; anything else is thrown as an error that says what to do. */
async function answerOf(asker: Asker, request: Request, asFile = false): Promise<unknown> {
	const { node, service, need, itemIndex } = asker;
	const { method = 'GET', path: address, query = {}, body } = request;
	const answer = await service.ask({
		method,
		path: address + queryText(query),
		...(body === undefined ? {} : { body }),
		timeoutMs: TIMEOUT_MS,
		asFile,
	});
	if (answer.outcome === 'answered' && answer.status >= 200 && answer.status < 300) {
		return answer.body;
	}
	throw refusal(node, service, { need, answer, ...(itemIndex === undefined ? {} : { itemIndex }) });
}

/** One object, with its amounts as USD too. */
export async function askOne(call: Call, request: Request): Promise<IDataObject> {
	const asker = askerOf(call);
	const body = await answerOf(asker, request);
	if (isRecord(body)) return output(body);

	throw foreignAnswer(asker, body);
}

/** A file, byte by byte as the service sent it. */
export async function askFile(call: Call, request: Request): Promise<Buffer> {
	const asker = askerOf(call);
	const body = await answerOf(asker, request, true);
	if (Buffer.isBuffer(body)) return body;

	throw foreignAnswer(asker, body);
}

/** For what answers without a body. */
export async function askNothing(call: Call, request: Request): Promise<void> {
	await answerOf(askerOf(call), request);
}

/** A list the service answers whole. */
export async function askList(call: Call, request: Request): Promise<IDataObject[]> {
	return (await listOf(askerOf(call), request)).map(output);
}

export async function listOf(asker: Asker, request: Request): Promise<JsonRecord[]> {
	const body = await answerOf(asker, request);
	if (Array.isArray(body)) return body.filter(isRecord);

	throw foreignAnswer(asker, body);
}

/**
 * A list the service answers in pages: an object with `rows` and a cursor, or an array whose next page comes after the
 * `idField` of its last row.
 */
export type Paged = { path: string; query?: Query } & ({ rows: string } | { idField: string });

/** As many rows as are wanted, page by page. */
export async function askPages(call: Call, paged: Paged, max: number): Promise<IDataObject[]> {
	const collected: IDataObject[] = [];
	let next: string | undefined;
	do {
		const limit = Math.min(PAGE_MAX, max - collected.length);
		const page = await pageOf(askerOf(call), paged, { limit, next });
		collected.push(...page.rows.map(output));
		next = page.next;
	} while (next !== undefined && collected.length < max);

	return collected;
}

type Page = { rows: JsonRecord[]; next: string | undefined };

/** One page, from the beginning or from where the `next` of the page before says. */
export async function pageOf(
	asker: Asker,
	paged: Paged,
	{ limit, next }: { limit: number; next: string | undefined },
): Promise<Page> {
	const { path: address, query } = paged;
	if ('idField' in paged) {
		const rows = await listOf(asker, { path: address, query: { ...query, limit, after: next } });
		const last = rows.length < limit ? undefined : rows.at(-1);
		return { rows, next: last && textAt(last, paged.idField) };
	}
	const body = await answerOf(asker, { path: address, query: { ...query, limit, cursor: next } });
	if (!isRecord(body) || !Array.isArray(body[paged.rows])) throw foreignAnswer(asker, body);

	return { rows: listAt(body, paged.rows).filter(isRecord), next: textAt(body, 'nextCursor') };
}

export function askerOf({ context, service, itemIndex, need }: Call): Asker {
	return { node: context.getNode(), service, itemIndex, need };
}

/** JSON in, JSON out: the answer goes on as the service gave it. */
function output(body: JsonRecord): IDataObject {
	return withUsd(body) as IDataObject;
}

/** A success that is no answer of ours: a proxy or a login page. */
function foreignAnswer({ node, service, need }: Asker, body: unknown): Error {
	const answer = { outcome: 'answered', status: 200, body } as const;

	return refusal(node, service, { need, answer });
}

function queryText(query: Query): string {
	const given = Object.entries(query).flatMap(([name, value]) =>
		value === undefined || value === ''
			? []
			: [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
	);

	return given.length > 0 ? `?${given.join('&')}` : '';
}
