import type { Client } from './clients.ts';
import { MINUTES } from './calendar.ts';
import type { Random } from './random.ts';
import { CACHED_RATE, tierAt } from './tiers.ts';

/** One call of a tenant to a model. Incidents and benign changes alter it until the tenant is finished. */
export type Request = {
	/** Seconds since the tenant's first midnight. */
	time: number;
	/** Index of the tenant's stream, which is also its endpoint. */
	endpoint: number;
	/** Index in TIERS. */
	tier: number;
	input: number;
	output: number;
	/** Tokens of the input that came from a cache. */
	cached: number;
	status: number;
	latencyMs: number;
	/** Not rounded. */
	costMicroCents: number;
	/** Index of the incident that made or changed it; -1: none. */
	incident: number;
	/** What it cost beyond what it would have without the incident. */
	extraMicroCents: number;
	/** Who sent it; '' where identity is left out or unknown. */
	caller: string;
	keyId: string;
	execution: string;
};

/**
 * Share of a prompt served from a prefix cache, as 21 quantiles: longest known block prefix over input length in the
 * conversation trace of Mooncake (kvcache-ai/Mooncake, FAST25 release, Apache-2.0).
 */
const CACHED_SHARE = [
	0.02, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.16, 0.22, 0.3, 0.36, 0.43, 0.5, 0.57, 0.64, 0.71, 0.79,
	0.86, 0.92, 0.98, 1,
];

/** Prompts shorter than this are never cached. */
const MIN_CACHED_INPUT = 256;

export type RequestMaker = {
	/** A request as this client would send it in its six-hour `slot`, without time, latency and cost. */
	draw(client: Client, at: { slot: number; tier: number; endpoint: number }): Request;
	/** The same request once more, answered. */
	copy(request: Request): Request;
	/** Sets latency and cost; every change of tokens, tier or status ends with this. */
	finish(request: Request): Request;
};

/** `cacheable`: share of the tenant's requests that use a prefix cache. */
export function requestMaker(random: Random, cacheable: number): RequestMaker {
	const load = providerLoad(random);

	return {
		draw: (client, { slot, tier, endpoint }) => {
			const input = tokens(client.input, slot, random);
			const output = tokens(client.output, slot, random);
			const cached = input > MIN_CACHED_INPUT && random.uniform() < cacheable;
			const share = cached ? quantileAt(CACHED_SHARE, random.uniform()) : 0;

			return {
				...blank({ endpoint, tier }),
				input: Math.min(input, tierAt(tier).contextTokens),
				output,
				cached: Math.floor(input * share),
			};
		},
		copy: ({ endpoint, tier, input, output, cached }) => ({
			...blank({ endpoint, tier }),
			...{ input, output, cached },
		}),
		finish: (request) => {
			const { decodeMs, prefillMs } = tierAt(request.tier);
			const start = 250 * Math.exp(0.3 * random.normal());
			const speed = Math.exp((load[Math.floor(request.time / 60)] ?? 0) + 0.2 * random.normal());
			request.latencyMs =
				start + (request.input - request.cached) * prefillMs + request.output * decodeMs * speed;
			request.costMicroCents = costOf(request);
			return request;
		},
	};
}

export function blank({ endpoint, tier }: { endpoint: number; tier: number }): Request {
	return {
		...{ time: 0, endpoint, tier, input: 0, output: 0, cached: 0, status: 200 },
		...{ latencyMs: 0, costMicroCents: 0, incident: -1, extraMicroCents: 0 },
		...{ caller: '', keyId: '', execution: '' },
	};
}

/** Micro-cents. Who was throttled pays nothing. */
export function costOf({ tier, status, input, cached, output }: Request): number {
	if (status === 429) return 0;
	const rates = tierAt(tier);

	return (
		(input - cached) * rates.input + cached * rates.input * CACHED_RATE + output * rates.output
	);
}

/** Slow wander of the provider's speed, the same for all of a tenant's requests: AR(1), sd 0.15 in the logarithm. */
function providerLoad(random: Random): Float32Array {
	const load = new Float32Array(MINUTES);
	for (let minute = 1; minute < MINUTES; minute++) {
		load[minute] =
			0.97 * (load[minute - 1] ?? 0) + 0.15 * Math.sqrt(1 - 0.97 ** 2) * random.normal();
	}
	return load;
}

function tokens(slots: Client['input'], slot: number, random: Random): number {
	return Math.max(1, Math.round(quantileAt(nearestSlot(slots, slot), random.uniform())));
}

/** The distribution of the nearest six hours in which the client sent anything. */
function nearestSlot(slots: Client['input'], slot: number): readonly number[] {
	for (let away = 0; away < slots.length; away++) {
		const found = slots[slot - away] ?? slots[slot + away];
		if (found) return found;
	}
	return [];
}

/** Linear between the quantiles. */
function quantileAt(quantiles: readonly number[], u: number): number {
	const position = u * (quantiles.length - 1);
	const below = Math.min(quantiles.length - 2, Math.floor(position));
	const low = quantiles[below] ?? 0;

	return low + ((quantiles[below + 1] ?? low) - low) * (position - below);
}
