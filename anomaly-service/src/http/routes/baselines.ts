import type { ListedBaseline, StoredBaseline } from '../../ports/baselineFunctions.ts';
import type { Database } from '../../ports/database.ts';
import type { BaselineDesk } from '../../stages/baselineDesk.ts';
import type { BaselineRefresh, RefreshResult } from '../../stages/baselineRefresh.ts';
import type { BaselineRound } from '../../stages/baselineRound.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import {
	baselineAnswer,
	noteBody,
	refreshedAnswer,
	rollBackBody,
	versionParams,
	versionPlace,
	versionsAnswer,
	versionsQuery,
} from '../schemas/baseline.ts';
import { tenantParams } from '../schemas/common.ts';
import { requireTenant } from '../tenantScope.ts';
import { compareBaselines } from './baselineDiff.ts';
import { noBaseline, noVersion, tooNew } from './baselineProblems.ts';
import { refreshAll } from './baselineRounds.ts';

export type BaselineRouteDependencies = {
	database: Database;
	baselineDesk: BaselineDesk;
	baselineRefresh: BaselineRefresh;
	baselineRound: BaselineRound;
};

export function baselineRoutes(deps: BaselineRouteDependencies): Route[] {
	return [
		getBaseline(deps),
		listVersions(deps),
		getVersion(deps),
		compareBaselines(deps),
		refreshOne(deps),
		refreshAll(deps),
		rollBack(deps),
		acceptShift(deps),
	];
}

function getBaseline({ database }: BaselineRouteDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/baselines/{tenantId}',
		summary: 'The baseline in use: levels, scales, limit and how many snapshots stand behind it',
		roles: ['read'],
		params: tenantParams,
		responses: { 200: { description: 'The baseline', schema: baselineAnswer } },
		async handle({ params: { tenantId }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const baseline = await database.call('load_baseline', { tenantId, version: null });
			if (!baseline) throw noBaseline(tenantId);
			const shift = await database.call('level_shift', {
				tenantId,
				now: new Date(now).toISOString(),
			});
			const newNormal = shift.open && {
				startedAt: new Date(shift.open.startedAt).toISOString(),
				askedAt: new Date(shift.open.askedAt).toISOString(),
			};
			return { status: 200, body: { ...baselineBody(tenantId, baseline), newNormal } };
		},
	});
}

function listVersions({ database }: BaselineRouteDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/baselines/{tenantId}/versions',
		summary: 'The versions of a baseline, newest first: 30 of them, 90 days at most',
		roles: ['read'],
		params: tenantParams,
		query: versionsQuery,
		responses: { 200: { description: 'One page', schema: versionsAnswer } },
		async handle({ params: { tenantId }, query: { limit, cursor }, caller }) {
			requireTenant(caller, tenantId, '/tenantId');
			const before = readCursor(cursor, versionPlace);
			const found = await database.call('list_baselines', { tenantId, before, limit: limit + 1 });
			const versions = found.slice(0, limit);
			const last = found.length > limit ? versions.at(-1) : undefined;
			const nextCursor = last ? writeCursor(last.version) : null;
			return { status: 200, body: { versions: versions.map(listedBody), nextCursor } };
		},
	});
}

function getVersion({ database }: BaselineRouteDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/baselines/{tenantId}/versions/{version}',
		summary: 'One version of a baseline',
		roles: ['read'],
		params: versionParams,
		responses: { 200: { description: 'The version', schema: baselineAnswer } },
		async handle({ params: { tenantId, version }, caller }) {
			requireTenant(caller, tenantId, '/tenantId');
			const baseline = await database.call('load_baseline', { tenantId, version });
			if (!baseline) throw noVersion(tenantId, version);
			return { status: 200, body: baselineBody(tenantId, baseline) };
		},
	});
}

function refreshOne({ baselineRefresh }: BaselineRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/baselines/{tenantId}/refresh',
		summary: 'Fit a new version on the last 14 days, what was abnormal left out, and use it',
		roles: ['operate'],
		params: tenantParams,
		body: noteBody.optional(),
		bodyOptional: true,
		responses: { 200: { description: 'The new version', schema: refreshedAnswer } },
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const { note = null } = body ?? {};
			const order = { cause: 'refresh', actor: caller.keyId, note, now } as const;
			const refreshed = await baselineRefresh.run(tenantId, order);
			if (!refreshed) throw tooNew(tenantId);
			return { status: 200, body: refreshedBody(refreshed) };
		},
	});
}

function rollBack({ baselineDesk }: BaselineRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/baselines/{tenantId}/rollback',
		summary: 'Use an older version again; no scheduled refresh replaces it for a day or as told',
		roles: ['operate'],
		params: tenantParams,
		body: rollBackBody,
		responses: { 200: { description: 'The version in use', schema: baselineAnswer } },
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const { version, note = null, holdFor } = body;
			const order = { version, note, holdMs: holdFor, actor: caller.keyId, now };
			const outcome = await baselineDesk.rollBack(tenantId, order);
			if (outcome === 'unknown') throw noVersion(tenantId, version);
			if (outcome === 'already') {
				const said = `Version ${version} of the baseline of tenant ${tenantId} is in use already.`;
				throw new ProblemError('conflict', said);
			}
			const { baseline, previous } = outcome;
			return { status: 200, body: { ...baselineBody(tenantId, baseline), previous } };
		},
	});
}

function acceptShift({ baselineDesk }: BaselineRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/baselines/{tenantId}/accept',
		summary: 'Say yes to "new normal?": what was flagged since it began is learned from at once',
		roles: ['operate'],
		params: tenantParams,
		body: noteBody.optional(),
		bodyOptional: true,
		responses: { 200: { description: 'The new version', schema: refreshedAnswer } },
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const by = { actor: caller.keyId, note: body?.note ?? null, now };
			const { open, refreshed } = await baselineDesk.acceptShift(tenantId, by);
			if (!open) {
				const said = `Nobody asks whether tenant ${tenantId} has a new normal.`;
				throw new ProblemError('conflict', said);
			}
			if (!refreshed) throw tooNew(tenantId);
			return { status: 200, body: refreshedBody(refreshed) };
		},
	});
}

function baselineBody(tenantId: string, stored: StoredBaseline): Record<string, unknown> {
	const { scoring, centroids, ...baseline } = stored;
	const heldUntil = scoring?.heldUntil ?? null;
	const inForce = scoring && {
		...scoring,
		heldUntil: heldUntil === null ? null : new Date(heldUntil).toISOString(),
	};
	return { tenantId, ...withUtcInstants(baseline), centroids: centroids.length, inForce };
}

function listedBody(listed: ListedBaseline): Record<string, unknown> {
	return withUtcInstants(listed);
}

function refreshedBody(refreshed: RefreshResult): Record<string, unknown> {
	return withUtcInstants(refreshed);
}
