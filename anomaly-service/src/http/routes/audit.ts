import { z } from 'zod';
import { shownUrl } from '../../../../core/queuedCall.ts';
import type { Database } from '../../ports/database.ts';
import type { AuditEntry } from '../../ports/reportFunctions.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { route, type Route } from '../route.ts';
import { anyId, dayOrInstant, instant, tenantId } from '../schemas/common.ts';
import { page } from '../schemas/page.ts';
import { visibleTenant } from '../tenantScope.ts';

const query = z.strictObject({
	tenantId: tenantId.optional(),
	action: anyId.optional().meta({ examples: ['breaker.opened', 'limit.replaced'] }),
	actor: anyId.optional().meta({
		description: 'The id of a service key, or detector:<rule>, start, service',
	}),
	incidentId: anyId.optional(),
	from: dayOrInstant.optional(),
	to: dayOrInstant.optional().meta({ description: 'The end, itself not within' }),
	...page,
});
const sequence = z.int().min(1);

const answer = z
	.object({
		entries: z.array(
			z.object({
				sequence,
				at: instant,
				actor: z.string(),
				action: z.string(),
				tenantId: tenantId.nullable(),
				incidentId: z.string().nullable(),
				detail: z.looseObject({}),
			}),
		),
		nextCursor: z.string().nullable(),
	})
	.meta({ id: 'AuditPage' });

export function auditRoutes({ database }: { database: Database }): Route[] {
	return [searchAudit(database)];
}

function searchAudit(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/audit',
		summary: 'Who changed what and what the service did by itself, newest first',
		roles: ['read'],
		query,
		responses: { 200: { description: 'One page', schema: answer } },
		async handle({ query: given, caller }) {
			const { action = null, actor = null, incidentId = null, limit } = given;
			const visible = visibleTenant(caller, { tenantId: given.tenantId, pointer: '/tenantId' });
			const found = await database.call('search_audit', {
				...{ tenantId: visible, action, actor, incidentId },
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

/** Whoever knows the whole URL of a subscriber can call it; who may see those asks for the subscription. */
function entryBody({ at, detail, ...entry }: AuditEntry): object {
	const { url } = detail;
	const shown = typeof url === 'string' ? { ...detail, url: shownUrl(url) } : detail;

	return { ...entry, at: new Date(at).toISOString(), detail: shown };
}

function isoOf(at: number | undefined): string | null {
	return at === undefined ? null : new Date(at).toISOString();
}
