import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Limit } from '../../../../core/limits.ts';
import type { LimitBook, PutResult } from '../../stages/limitBook.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { anyId, tenantId } from '../schemas/common.ts';
import { isShared, limitBody, limitId, limitOf, type LimitBody } from '../schemas/limit.ts';
import { limitAnswer, limitFields } from '../schemas/limitAnswer.ts';
import { arrayPage, search } from '../schemas/page.ts';
import { visibleTenant } from '../tenantScope.ts';

const listQuery = z
	.strictObject({ tenantId: tenantId.optional(), plan: anyId.optional(), search, ...arrayPage })
	.refine((given) => given.tenantId === undefined || given.plan === undefined, {
		path: ['plan'],
		message: 'tenantId and plan exclude each other',
	});
const params = z.object({ limitId: anyId });

export function limitRoutes({ limitBook }: { limitBook: LimitBook }): Route[] {
	return [
		listLimits(limitBook),
		createLimit(limitBook),
		getLimit(limitBook),
		putLimit(limitBook),
		deleteLimit(limitBook),
	];
}

function listLimits(book: LimitBook): Route {
	return route({
		method: 'get',
		path: '/v1/limits',
		summary: 'The limits, by id; of one tenant or plan when asked for',
		roles: ['read'],
		query: listQuery,
		responses: { 200: { description: 'The limits', schema: z.array(limitAnswer) } },
		async handle({ query, caller }) {
			const ofTenant = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const limits = book.all().filter((limit) => {
				const { plan, tenantId: owner } = limitFields(limit);
				return (
					(ofTenant === null || owner === ofTenant) &&
					(query.plan === undefined || plan === query.plan)
				);
			});
			const shown = pageOf(limits, query);
			return { status: 200, body: shown.map((limit) => answerOf(book, limit)) };
		},
	});
}

function pageOf(limits: Limit[], { search: sought, after, limit }: z.infer<typeof listQuery>) {
	const isSought = ({ id }: Limit) =>
		(after === undefined || id > after) &&
		(sought === undefined || id.toLowerCase().includes(sought.toLowerCase()));

	return limits
		.filter(isSought)
		.sort((a, b) => (a.id < b.id ? -1 : 1))
		.slice(0, limit);
}

function createLimit(book: LimitBook): Route {
	return route({
		method: 'post',
		path: '/v1/limits',
		summary: 'Make a limit; it holds for the next call',
		roles: ['operate'],
		body: limitBody,
		responses: { 201: { description: 'Made', schema: limitAnswer } },
		async handle({ body, caller, now }) {
			const id = body.id ?? `lim_${randomBytes(9).toString('base64url')}`;
			const limit = limitOf(ownedBy(caller, body), id);
			const by = { actor: caller.keyId, tenantId: caller.tenantId, now, replace: false };
			refuseUnlessPut(await book.put(limit, by), limit);
			return { status: 201, body: answerOf(book, limit) };
		},
	});
}

function getLimit(book: LimitBook): Route {
	return route({
		method: 'get',
		path: '/v1/limits/{limitId}',
		summary: 'One limit',
		roles: ['read'],
		params,
		responses: { 200: { description: 'The limit', schema: limitAnswer } },
		async handle({ params: { limitId: id }, caller }) {
			const limit = book.get(id);
			if (!limit || !mayTouch(caller, limit)) throw notFound(id);
			return { status: 200, body: answerOf(book, limit) };
		},
	});
}

function putLimit(book: LimitBook): Route {
	return route({
		method: 'put',
		path: '/v1/limits/{limitId}',
		summary: 'Make a limit or replace it; what was counted stays',
		roles: ['operate'],
		params: z.object({ limitId }),
		body: limitBody,
		responses: {
			200: { description: 'Replaced, or as it was', schema: limitAnswer },
			201: { description: 'Made', schema: limitAnswer },
		},
		async handle({ params: { limitId: id }, body, caller, now }) {
			if (body.id !== undefined && body.id !== id) {
				throw new ProblemError('conflict', 'The body names another limit than the address.', {
					errors: [{ pointer: '/id', detail: `is not ${id}` }],
				});
			}
			const limit = limitOf(ownedBy(caller, body), id);
			const by = { actor: caller.keyId, tenantId: caller.tenantId, now, replace: true };
			const result = await book.put(limit, by);
			refuseUnlessPut(result, limit);
			return { status: result.outcome === 'created' ? 201 : 200, body: answerOf(book, limit) };
		},
	});
}

function deleteLimit(book: LimitBook): Route {
	return route({
		method: 'delete',
		path: '/v1/limits/{limitId}',
		summary: 'Delete a limit; it holds nothing up from the next call on',
		roles: ['operate'],
		params,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params: { limitId: id }, caller, now }) {
			const by = { actor: caller.keyId, tenantId: caller.tenantId, now };
			const removed = await book.remove(id, by);
			if (removed.outcome === 'configured') throw configured(id, removed.variable);
			if (removed.outcome === 'unknown') throw notFound(id);
			return { status: 204 };
		},
	});
}

/** A key bound to a tenant reaches that tenant's own limits only, not those the tenant has of its plan or of everybody. */
function mayTouch(caller: Caller, { audience }: Limit): boolean {
	return (
		caller.tenantId === null ||
		(audience.kind === 'tenant' && audience.tenantId === caller.tenantId)
	);
}

/** What a key bound to a tenant sets is that tenant's own. */
function ownedBy(caller: Caller, body: LimitBody): LimitBody {
	if (caller.tenantId === null) return body;
	const bound = 'This service key is bound to a tenant and sets limits of that tenant only.';
	const refusal = (pointer: string, detail: string) =>
		new ProblemError('forbidden', bound, { errors: [{ pointer, detail }] });
	if (isShared(body)) {
		throw body.scope === 'global'
			? refusal('/scope', 'a global limit counts every tenant')
			: refusal('/shared', 'a shared limit counts every tenant');
	}
	if (typeof body.plan === 'string') throw refusal('/plan', 'a plan is for other tenants too');
	const asked = { tenantId: body.tenantId ?? undefined, pointer: '/tenantId' };

	return { ...body, tenantId: visibleTenant(caller, asked) };
}

function refuseUnlessPut(result: PutResult, { id }: Limit): void {
	switch (result.outcome) {
		case 'configured':
			throw configured(id, result.variable);
		case 'idTaken':
			throw new ProblemError(
				'conflict',
				`The id ${id} is in use. PUT replaces a limit that this key may change.`,
				{ errors: [{ pointer: '/id', detail: 'is in use' }] },
			);
		case 'sameCount':
			throw new ProblemError(
				'conflict',
				`Limit ${result.limitId} counts the same for the same audience in the same mode: change that one.`,
			);
		case 'tooMany':
			throw new ProblemError(
				'conflict',
				`There are ${result.max} limits like this one already, which is the most. Delete one first.`,
			);
	}
}

function configured(id: string, variable: string): ProblemError {
	return new ProblemError(
		'conflict',
		`Limit ${id} is set by ${variable}: change it there, or set one of your own on the same count, which counts instead.`,
	);
}

function notFound(id: string): ProblemError {
	return new ProblemError('not-found', `There is no limit ${id}.`);
}

function answerOf(book: LimitBook, limit: Limit) {
	const variable = book.variableOf(limit.id);

	return { ...limitFields(limit), ...(variable === undefined ? {} : { variable }) };
}
