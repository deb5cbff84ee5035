import { shownUrl } from '../../../../core/queuedCall.ts';
import type { Database } from '../../ports/database.ts';
import type { AuditEntry } from '../../ports/reportFunctions.ts';
import { exportAudit, verifyAudit } from '../../stages/auditChain.ts';
import { auditFile } from '../auditFile.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { route, type Route } from '../route.ts';
import {
	auditAnswer,
	auditQuery,
	exportQuery,
	sequence,
	verifyAnswer,
	verifyQuery,
} from '../schemas/audit.ts';
import { requireUnbound, visibleTenant } from '../tenantScope.ts';

export function auditRoutes({ database }: { database: Database }): Route[] {
	return [searchAudit(database), verify(database), exportEntries(database)];
}

function searchAudit(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/audit',
		summary: 'Who changed what and what the service did by itself, newest first',
		roles: ['read'],
		query: auditQuery,
		responses: { 200: { description: 'One page', schema: auditAnswer } },
		async handle({ query: given, caller }) {
			const { action = null, actor = null, incidentId = null, subjectId = null, limit } = given;
			const visible = visibleTenant(caller, { tenantId: given.tenantId, pointer: '/tenantId' });
			const found = await database.call('search_audit', {
				...{ tenantId: visible, action, actor, incidentId, subjectId },
				...{ from: isoOf(given.from), to: isoOf(given.to) },
				before: readCursor(given.cursor, sequence),
				limit: limit + 1,
			});
			const entries = found.slice(0, limit);
			const last = found.length > limit ? entries.at(-1) : undefined;
			const nextCursor = last ? writeCursor(last.sequence) : null;
			return { status: 200, body: { entries: entries.map(entryBody), nextCursor } };
		},
	});
}

function verify(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/audit/verify',
		summary: 'Whether every entry is as it was written, where it was written, and all are there',
		roles: ['read'],
		query: verifyQuery,
		responses: { 200: { description: 'What was found', schema: verifyAnswer } },
		async handle({ query: { expectedPosition, expectedHash }, caller }) {
			requireUnbound(caller, 'cannot verify the audit: its chain holds the entries of all of them');
			const known =
				expectedPosition === undefined || expectedHash === undefined
					? null
					: { position: expectedPosition, hash: expectedHash };
			const { fault, ...found } = await verifyAudit(database, known);
			return { status: 200, body: fault ? { ...found, fault } : found };
		},
	});
}

/** With everything in it, the URLs of subscribers too: for whoever may see those at the subscriptions. */
function exportEntries(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/audit/export',
		summary: 'Entries of a span as a file that can be verified without the service',
		roles: ['operate'],
		query: exportQuery,
		responses: {
			200: {
				description:
					'One entry a line, in the order of the chain; of a key bound to a tenant its own, so that places are left out',
				textTypes: ['application/x-ndjson', 'text/csv'],
			},
		},
		async handle({ query: { tenantId, from, to, format }, caller }) {
			const visible = visibleTenant(caller, { tenantId, pointer: '/tenantId' });
			const filter = { tenantId: visible, from: isoOf(from), to: isoOf(to) };
			const stream = await auditFile(exportAudit(database, filter), format);
			const headers = { 'content-disposition': `attachment; filename="audit.${format}"` };
			return { status: 200, stream, headers };
		},
	});
}

/** Whoever knows the whole URL of a subscriber can call it; who may see those asks for the subscription. */
function entryBody({ at, detail, ...entry }: AuditEntry): object {
	const { url } = detail;
	const shown = typeof url === 'string' ? { ...detail, url: shownUrl(url) } : detail;

	return { ...entry, at: new Date(at).toISOString(), detail: shown };
}

function isoOf(at: number | undefined): string | null {
	return at === undefined ? null : new Date(at).toISOString();
}
