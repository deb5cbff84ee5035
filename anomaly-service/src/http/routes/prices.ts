import { canonicalProvider } from '../../../../core/priceBook.ts';
import type { Database } from '../../ports/database.ts';
import type { PriceDesk } from '../../stages/priceDesk.ts';
import type { OwnPrice } from '../../stages/storedPrices.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { ProblemError } from '../problemError.ts';
import { priceFields, rateFields, writtenRate } from '../ratesBody.ts';
import { route, type Route } from '../route.ts';
import {
	lookupAnswer,
	lookupQuery,
	priceAnswer,
	priceBody,
	pricePageAnswer,
	priceParams,
	pricePlace,
	priceQuery,
	type PriceBody,
} from '../schemas/price.ts';
import { requireUnbound } from '../tenantScope.ts';
import { heldPriceRoutes } from './heldPrices.ts';
import { ceilingRoutes } from './priceCeilings.ts';
import { repriceRoutes, type RepriceRouteDependencies } from './reprice.ts';

export type PriceRouteDependencies = RepriceRouteDependencies & { priceDesk: PriceDesk };

/** Addresses of ceilings and held prices come first: no provider has one of these names. */
export function priceRoutes(deps: PriceRouteDependencies): Route[] {
	return [
		listPrices(deps.database),
		lookUp(deps.priceDesk),
		...ceilingRoutes(deps.priceDesk),
		...heldPriceRoutes(deps),
		...repriceRoutes(deps),
		putPrice(deps),
		deletePrice(deps.priceDesk),
	];
}

function listPrices(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/prices',
		summary: 'What models cost: the prices operators set, then those of the list',
		roles: ['read'],
		query: priceQuery,
		responses: { 200: { description: 'One page', schema: pricePageAnswer } },
		async handle({ query }) {
			const { provider, search = null, source = null, state, limit, cursor } = query;
			const documents = await database.call('list_prices', {
				provider: provider === undefined ? null : canonicalProvider(provider),
				...{ search, source, state, after: readCursor(cursor, pricePlace), limit: limit + 1 },
			});
			const shown = documents.slice(0, limit);
			const last = documents.length > limit ? shown.at(-1) : undefined;
			const nextCursor = last ? writeCursor([last.source, last.provider, last.model]) : null;
			return { status: 200, body: { prices: shown.map(priceFields), nextCursor } };
		},
	});
}

function lookUp(desk: PriceDesk): Route {
	return route({
		method: 'get',
		path: '/v1/prices/lookup',
		summary: 'Which price a call of a model would have, by tier, time and size',
		roles: ['read', 'ask'],
		query: lookupQuery,
		responses: { 200: { description: 'The price, or that there is none', schema: lookupAnswer } },
		async handle({ query: { at, ...call }, now }) {
			const found = desk.find({ ...call, at: at ?? now });
			if (!found) {
				const ceiling = desk.ceilingFor(call.provider);
				return { status: 200, body: { found: false, ceiling } };
			}
			const { source, rates, model, isUnknownTier: unknownTier } = found;
			const { provider, model: name, contextTokens = null } = model;
			return {
				status: 200,
				body: {
					...{ found: true, source, provider, model: name, contextTokens, unknownTier },
					rates: rates.map(rateFields),
				},
			};
		},
	});
}

function putPrice({ database, priceDesk }: PriceRouteDependencies): Route {
	return route({
		method: 'put',
		path: '/v1/prices/{provider}/{model}',
		summary: 'Set what a model costs, in place of the list; it holds for the next call',
		roles: ['operate'],
		params: priceParams,
		body: priceBody,
		responses: {
			200: { description: 'Replaced, or as it was', schema: priceAnswer },
			201: { description: 'Set', schema: priceAnswer },
		},
		async handle({ params, body, caller, now }) {
			requireUnbound(caller);
			const price = ownPrice(params, body);
			const result = await priceDesk.put(price, { actor: caller.keyId, now });
			if (result.outcome === 'tooMany') {
				throw new ProblemError(
					'conflict',
					`There are ${result.max} prices of your own already, which is the most. Delete one first.`,
				);
			}
			const stored = await database.call('operator_price', {
				...{ provider: price.provider, model: price.model },
			});
			const status = result.outcome === 'created' ? 201 : 200;
			return { status, body: stored && priceFields(stored) };
		},
	});
}

function deletePrice(desk: PriceDesk): Route {
	return route({
		method: 'delete',
		path: '/v1/prices/{provider}/{model}',
		summary: 'Delete the price an operator set for a model: that of the list holds again',
		roles: ['operate'],
		params: priceParams,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params, caller, now }) {
			requireUnbound(caller);
			const deleted = await desk.remove(namesOf(params), { actor: caller.keyId, now });
			if (!deleted) {
				const { provider, model } = params;
				throw new ProblemError(
					'not-found',
					`Nobody has set a price for ${model} of ${provider}. A price of the list cannot be deleted, only replaced.`,
				);
			}
			return { status: 204 };
		},
	});
}

/** Names are compared in lower case. */
function namesOf({ provider, model }: { provider: string; model: string }) {
	return { provider: canonicalProvider(provider), model: model.toLowerCase() };
}

/** What tells the rates of a model apart. */
const SAME = 'same unit, input size, tier, hours and beginning';

function ownPrice(names: { provider: string; model: string }, body: PriceBody): OwnPrice {
	const { alsoNamed, prefix: isPrefix, contextTokens = null, rates } = body;
	const seen = new Set<string>();
	for (const [index, rate] of rates.entries()) {
		const { unit, minInputTokens, serviceTier, timeOfDay, validFrom } = writtenRate(rate);
		const key = JSON.stringify([unit, minInputTokens, serviceTier, timeOfDay, validFrom]);
		if (seen.has(key)) {
			throw new ProblemError('invalid-request', `Two rates are for the ${SAME}.`, {
				errors: [{ pointer: `/rates/${index}`, detail: `is for the ${SAME} as an earlier one` }],
			});
		}
		seen.add(key);
	}
	return { ...namesOf(names), alsoNamed, isPrefix, contextTokens, rates: rates.map(writtenRate) };
}
