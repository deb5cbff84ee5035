import { addBenign, type Benign } from './benign.ts';
import type { Client } from './clients.ts';
import { identifyAdded, identifyOrdinary } from './identity.ts';
import {
	incidentDealer,
	injectIncidents,
	type Incident,
	type IncidentType,
} from './incidents/index.ts';
import { openPlace } from './incidents/place.ts';
import type { Added } from './incidents/scene.ts';
import { seededBy, type Random } from './random.ts';
import { ratesOf } from './rates.ts';
import { requestMaker, type Request } from './request.ts';
import { byTime, ordinaryRequests, type Stream } from './traffic.ts';

/** Two weeks of one tenant, with what happened to it. */
export type LabelledTenant = {
	id: string;
	/** Of the clients behind its streams. */
	clients: string[];
	/** Growth a day, 0.01 for 1 %. */
	growth: number;
	requests: readonly Request[];
	incidents: readonly Incident[];
	benign: readonly Benign[];
};

/** `full`: requests say who sent them. `classic`: caller, key and execution are left out, as in the reference. */
export const DIMENSIONS = ['full', 'classic'] as const;
export type Dimensions = (typeof DIMENSIONS)[number];

export type TenantPlan = {
	id: string;
	seed: string;
	client: Client;
	/** Clients that other streams and thieves are taken from. */
	pool: readonly Client[];
	incidentTypes: readonly IncidentType[];
	/** How many kinds of benign changes happen. */
	benignKinds: number;
	dimensions: Dimensions;
};

const INCIDENTS_PER_TENANT = 5;
const BENIGN_PER_TENANT = 2;

/**
 * One tenant of each client, incidents dealt so that every type is equally common. `seed` is the set and the number:
 * `test1`. The same arguments give the same tenants.
 */
export function plansOf({
	seed,
	clients,
	dimensions,
}: {
	seed: string;
	clients: readonly Client[];
	dimensions: Dimensions;
}): TenantPlan[] {
	const deal = incidentDealer(seededBy(`deal/${seed}`), INCIDENTS_PER_TENANT);

	return clients.map((client, index) => ({
		...{ id: `t${String(index).padStart(2, '0')}`, seed, client, pool: clients, dimensions },
		...{ incidentTypes: deal(), benignKinds: BENIGN_PER_TENANT },
	}));
}

export function makeTenant(plan: TenantPlan): LabelledTenant {
	const { id, seed, client, pool, dimensions } = plan;
	const random = seededBy(`${seed}/${id}`);
	const perMinute = random.logRange(0.5, 20);
	const shift = random.int(24) * 6;
	const growth = random.pick([0, 0, 0.01, 0.05]);
	const errorRate = random.logRange(0.003, 0.05);
	const cacheable = random.range(0, 0.9);
	const streams = streamsOf({ client, perMinute }, pool, random);
	const maker = requestMaker(random, cacheable);
	const ordinary = ordinaryRequests(streams, { shift, growth, errorRate }, { random, maker });
	const identity =
		dimensions === 'full'
			? identifyOrdinary(ordinary, streams.length, seededBy(`identity/${seed}/${id}`))
			: undefined;

	const added: Added[] = [];
	const place = openPlace(random);
	const rates = ratesOf(ordinary);
	const top = dearest(streams);
	const tenant = { random, maker, rates, client, pool, top, requests: ordinary, added };
	const incidents = injectIncidents(tenant, plan.incidentTypes, place);
	const { benign, requests } = addBenign(tenant, {
		...{ count: plan.benignKinds, endpoints: streams.length, place },
	});
	if (identity) identifyAdded({ added, incidents, top: top.endpoint }, identity);

	return {
		...{ id, growth, incidents, benign },
		clients: streams.map((stream) => stream.client.id),
		requests: byTime([...requests, ...added.map(({ request }) => request)]),
	};
}

/** One to three streams, the later ones smaller. */
function streamsOf(first: Stream, pool: readonly Client[], random: Random): Stream[] {
	const streams = [first];
	for (let more = random.int(3); more > 0; more--) {
		const client = random.pick(pool);
		streams.push({ client, perMinute: first.perMinute * random.range(0.05, 0.6) });
	}
	return streams;
}

/** The first of the dearest model. */
function dearest(streams: readonly Stream[]): { endpoint: number; tier: number } {
	const tier = Math.max(...streams.map(({ client }) => client.tier));

	return { endpoint: streams.findIndex(({ client }) => client.tier === tier), tier };
}
