import { z } from 'zod';
import { canonicalProvider } from '../../../../core/priceBook.ts';
import type { PriceDesk } from '../../stages/priceDesk.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { ceilingAnswer, ceilingBody, ceilingParams } from '../schemas/price.ts';
import { requireUnbound } from '../tenantScope.ts';

export function ceilingRoutes(desk: PriceDesk): Route[] {
	return [listCeilings(desk), getCeiling(desk), putCeiling(desk), deleteCeiling(desk)];
}

function listCeilings(desk: PriceDesk): Route {
	return route({
		method: 'get',
		path: '/v1/prices/ceilings',
		summary: 'The ceilings that were set, by provider',
		roles: ['read'],
		responses: { 200: { description: 'The ceilings', schema: z.array(ceilingAnswer) } },
		async handle() {
			return { status: 200, body: desk.ceilings().map(([provider]) => answerOf(desk, provider)) };
		},
	});
}

function getCeiling(desk: PriceDesk): Route {
	return route({
		method: 'get',
		path: '/v1/prices/ceilings/{provider}',
		summary: 'What tokens without a price are taken to cost; the provider * is every one',
		roles: ['read'],
		params: ceilingParams,
		responses: { 200: { description: 'The ceiling', schema: ceilingAnswer } },
		async handle({ params: { provider } }) {
			return { status: 200, body: answerOf(desk, canonicalProvider(provider)) };
		},
	});
}

function putCeiling(desk: PriceDesk): Route {
	return route({
		method: 'put',
		path: '/v1/prices/ceilings/{provider}',
		summary: 'Set what tokens without a price cost, and whether such calls are refused',
		roles: ['operate'],
		params: ceilingParams,
		body: ceilingBody,
		responses: { 200: { description: 'Set', schema: ceilingAnswer } },
		async handle({ params, body, caller, now }) {
			requireUnbound(caller);
			const provider = canonicalProvider(params.provider);
			const { input = null, output = null, unknownPrice = null } = body;
			const by = { actor: caller.keyId, now };
			await desk.putCeiling(provider, { input, output, unknownPrice }, by);
			return { status: 200, body: answerOf(desk, provider) };
		},
	});
}

function deleteCeiling(desk: PriceDesk): Route {
	return route({
		method: 'delete',
		path: '/v1/prices/ceilings/{provider}',
		summary: 'Delete the ceiling of a provider: that of every provider holds again',
		roles: ['operate'],
		params: ceilingParams,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params, caller, now }) {
			requireUnbound(caller);
			const provider = canonicalProvider(params.provider);
			if (!(await desk.removeCeiling(provider, { actor: caller.keyId, now }))) {
				throw new ProblemError('not-found', `No ceiling was set for ${provider}.`);
			}
			return { status: 204 };
		},
	});
}

function answerOf(desk: PriceDesk, provider: string): object {
	const [, set = null] = desk.ceilings().find(([named]) => named === provider) ?? [];

	return { provider, ...desk.ceilingFor(provider), set };
}
