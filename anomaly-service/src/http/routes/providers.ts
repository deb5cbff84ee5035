import { z } from 'zod';
import type { AppliedLimit, LimitState } from '../../../../core/limits.ts';
import {
	AUTO_TIER,
	familyName,
	PROVIDER_TIERS,
	tierNames,
	tiersOf,
} from '../../../../core/providerTiers/index.ts';
import { rateKey, type ProviderRate } from '../../../../core/providerTiers/providerLimits.ts';
import type { FieldError } from '../../../../core/problems.ts';
import { parseWindow, windowName } from '../../../../core/windows.ts';
import type { ProviderBook, ProviderState, ProviderSummary } from '../../stages/providerBook.ts';
import { ProblemError } from '../problemError.ts';
import type { SeenLimit } from '../../stages/providerObservations.ts';
import { route, type Route } from '../route.ts';
import {
	providerAnswer,
	providerBody,
	providerParams,
	providerStateAnswer,
} from '../schemas/provider.ts';
import { requireUnbound } from '../tenantScope.ts';

type ProviderBody = z.infer<typeof providerBody>;

export type ProviderRouteDependencies = {
	providerBook: ProviderBook;
	/** Where a tenant's limits stand, in any order. */
	limitStates: (tenantId: string, limits: readonly AppliedLimit[]) => Promise<LimitState[]>;
};

/** The counts of a provider's limits are shared: it does not matter whose they are asked for as. */
const NO_TENANT = '';

export function providerRoutes(deps: ProviderRouteDependencies): Route[] {
	return [listProviders(deps), setTier(deps), forgetTier(deps), providerState(deps)];
}

function listProviders({ providerBook }: ProviderRouteDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/providers',
		summary: 'Providers with known tiers, a tier that is set, or limits they told',
		roles: ['read', 'ask'],
		responses: { 200: { description: 'The providers', schema: z.array(providerAnswer) } },
		async handle({ now }) {
			return { status: 200, body: providerBook.list(now).map(summaryBody) };
		},
	});
}

function setTier({ providerBook }: ProviderRouteDependencies): Route {
	return route({
		method: 'put',
		path: '/v1/providers/{providerId}',
		summary: 'Set the tier of a provider: its limits are enforced from now on',
		roles: ['operate'],
		params: providerParams,
		body: providerBody,
		responses: { 200: { description: 'Set', schema: providerAnswer } },
		async handle({ params: { providerId }, body, caller, now }) {
			requireUnbound(caller);
			requireTier(providerId, body.tier);
			const overrides = overridesOf(providerId, body);
			await providerBook.setTier(
				providerId,
				{ tier: body.tier, overrides },
				{ actor: caller.keyId, now },
			);
			const summary = providerBook.summary(providerId, now);
			return { status: 200, body: summary && summaryBody(summary) };
		},
	});
}

function forgetTier({ providerBook }: ProviderRouteDependencies): Route {
	return route({
		method: 'delete',
		path: '/v1/providers/{providerId}',
		summary: 'Forget the tier of a provider and its overrides: its limits are enforced no more',
		roles: ['operate'],
		params: providerParams,
		responses: { 204: { description: 'Forgotten' } },
		async handle({ params: { providerId }, caller, now }) {
			requireUnbound(caller);
			const forgotten = await providerBook.forgetTier(providerId, { actor: caller.keyId, now });
			if (!forgotten) {
				throw new ProblemError('not-found', `Provider ${providerId} has no tier.`);
			}
			return { status: 204 };
		},
	});
}

function providerState({ providerBook, limitStates }: ProviderRouteDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/providers/{providerId}/state',
		summary: 'Tier of a provider, what remains of its limits, and whether it throttles us',
		roles: ['read', 'ask'],
		params: providerParams,
		responses: { 200: { description: 'The state', schema: providerStateAnswer } },
		async handle({ params: { providerId }, now }) {
			const state = providerBook.state(providerId, now);
			if (!state) {
				throw new ProblemError(
					'not-found',
					`Nothing is known of provider ${providerId}. Known are ${names(providerBook.list(now))}.`,
				);
			}
			return { status: 200, body: stateBody(state, await limitStates(NO_TENANT, state.limits)) };
		},
	});
}

function requireTier(providerId: string, tier: string): void {
	if (tierNames(providerId).includes(tier)) return;
	if (tiersOf(providerId)) {
		const known = tierNames(providerId).join(', ');
		throw invalid(`${providerId} has no tier "${tier}". It has ${known}.`, [
			{ pointer: '/tier', detail: `expected one of ${known}` },
		]);
	}
	const auto = `The tiers of ${names(PROVIDER_TIERS)} are known; for any other provider the tier is ${AUTO_TIER}.`;
	throw invalid(`No tiers of provider ${providerId} are known. ${auto}`, [
		{ pointer: '/tier', detail: `expected ${AUTO_TIER}: the provider has no known tiers` },
	]);
}

/** Two overrides of one count contradict each other, also when they name two snapshots of one model. */
function overridesOf(providerId: string, { overrides }: ProviderBody): ProviderRate[] {
	const seen = new Set<string>();

	return overrides.flatMap(({ model, unit, window: written, capacity }, index) => {
		const window = parseWindow(written);
		if (!window) return [];
		const family = model === undefined ? null : familyName(providerId, model);
		const rate = { family, unit, window, capacity };
		if (seen.has(rateKey(rate))) {
			throw invalid('Two overrides are of the same limit.', [
				{ pointer: `/overrides/${index}`, detail: 'is counted together with an earlier one' },
			]);
		}
		seen.add(rateKey(rate));
		return [rate];
	});
}

function invalid(detail: string, errors: FieldError[]): ProblemError {
	return new ProblemError('invalid-request', detail, { errors });
}

function names(providers: readonly { provider: string }[]): string {
	return providers.map(({ provider }) => provider).join(', ');
}

function summaryBody({ provider, tier, overrides, throttledUntil }: ProviderSummary): object {
	return {
		provider,
		tier,
		tiers: tierNames(provider),
		overrides: overrides.map(({ family, unit, window, capacity }) => ({
			model: family,
			unit,
			window: windowName(window),
			capacity,
		})),
		throttledUntil: instant(throttledUntil),
	};
}

function stateBody(state: ProviderState, counted: readonly LimitState[]): object {
	const { provider, tier, throttledUntil } = state;
	const byId = new Map(counted.map((limit) => [limit.limit.id, limit]));
	const limits = state.limits.map(({ limit, counter, source, observed }) => {
		const { spent = 0, held = 0, resetsAt = null } = byId.get(limit.id) ?? {};
		return {
			limitId: limit.id,
			scope: limit.scope,
			subject: limit.subject ?? counter.subject,
			unit: limit.unit,
			window: limit.window && windowName(limit.window),
			capacity: limit.capacity,
			source,
			spent,
			held,
			remaining: Math.max(0, limit.capacity - spent - held),
			resetsAt: instant(resetsAt),
			observed: observed && seenBody(observed),
		};
	});

	return { provider, tier, throttledUntil: instant(throttledUntil), limits };
}

function seenBody({ limit, remaining, resetsAt, seenAt }: SeenLimit): object {
	return {
		limit: limit ?? null,
		remaining: remaining ?? null,
		resetsAt: instant(resetsAt ?? null),
		seenAt: instant(seenAt),
	};
}

function instant(at: number | null): string | null {
	return at === null ? null : new Date(at).toISOString();
}
