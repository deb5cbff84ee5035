import type { Random } from '../random.ts';
import { drip, offHours, replay, spike, stolenKey } from './added.ts';
import { contextStuffing, latency, modelSwitch, retryStorm } from './altered.ts';
import { agentLoop, outputLoop } from './loops.ts';
import { busyEnough, quietHours, type Place } from './place.ts';
import { indexAt, ownSample, type Scene, type Tenant } from './scene.ts';

type Definition = {
	kind: string;
	minutes: number;
	strengths: readonly string[];
	/** In hours with traffic to change, in hours with next to none, or at any time. */
	where: 'busy' | 'quiet' | 'anywhere';
	inject: (scene: Scene) => void;
};

const LEVELS = ['weak', 'strong'] as const;
const SPIKES = ['3x', '4x', '10x', '40x'] as const;
const DRIPS = ['1.5x', '2x', 'foreign'] as const;

/** Every incident there is. What each of them does is said at its `inject`. */
const INCIDENTS = [
	{ kind: 'spike', minutes: 30, strengths: SPIKES, where: 'anywhere', inject: spike },
	{
		...{ kind: 'context_stuffing', minutes: 30, strengths: LEVELS },
		...{ where: 'busy', inject: contextStuffing },
	},
	{ kind: 'output_loop', minutes: 30, strengths: LEVELS, where: 'anywhere', inject: outputLoop },
	{ kind: 'agent_loop', minutes: 60, strengths: LEVELS, where: 'anywhere', inject: agentLoop },
	{ kind: 'off_hours', minutes: 120, strengths: LEVELS, where: 'quiet', inject: offHours },
	{ kind: 'model_switch', minutes: 60, strengths: LEVELS, where: 'busy', inject: modelSwitch },
	{ kind: 'stolen_key', minutes: 60, strengths: LEVELS, where: 'anywhere', inject: stolenKey },
	{ kind: 'drip', minutes: 480, strengths: DRIPS, where: 'anywhere', inject: drip },
	{ kind: 'latency', minutes: 30, strengths: LEVELS, where: 'busy', inject: latency },
	{ kind: 'replay', minutes: 30, strengths: LEVELS, where: 'anywhere', inject: replay },
	{ kind: 'retry_storm', minutes: 30, strengths: LEVELS, where: 'busy', inject: retryStorm },
] as const satisfies readonly Definition[];

export type IncidentKind = (typeof INCIDENTS)[number]['kind'];

/** What shall happen, and when if that is not left to chance. */
export type IncidentType = {
	kind: IncidentKind;
	strength: string;
	minutes: number;
	/** Minute. */
	start?: number;
};

/** What happened in the minutes `start` … before `end`. */
export type Incident = {
	kind: IncidentKind;
	strength: string;
	start: number;
	end: number;
	/** Requests it made or changed, and what they cost beyond what would have been. */
	requests: number;
	extraMicroCents: number;
};

/** Minutes between two incidents. */
const GAP = 300;

/** Every kind in every strength: 24 that count and the grey spike of 3x. */
export const INCIDENT_TYPES: readonly IncidentType[] = INCIDENTS.flatMap(
	({ kind, minutes, strengths }) =>
		strengths.map((strength: string) => ({ kind, strength, minutes })),
);

/** `spike_4x`: the name of a type in figures and tables. */
export function typeName({ kind, strength }: { kind: string; strength: string }): string {
	return `${kind}_${strength}`;
}

/** A campaign may triple a tenant's traffic, so nobody has to find this one. */
export const GREY = typeName({ kind: 'spike', strength: '3x' });

/** Deals every type equally often, `perTenant` to each; those that are hard to place come first. */
export function incidentDealer(random: Random, perTenant: number): () => IncidentType[] {
	let deck: IncidentType[] = [];
	const needsQuiet = ({ kind }: IncidentType) => Number(kind === 'off_hours');

	return () => {
		const dealt: IncidentType[] = [];
		while (dealt.length < perTenant) {
			if (deck.length === 0) deck = random.shuffle([...INCIDENT_TYPES]);
			const type = deck.pop();
			if (type) dealt.push(type);
		}
		return dealt.sort((a, b) => needsQuiet(b) - needsQuiet(a) || b.minutes - a.minutes);
	};
}

/** Lets these incidents happen to a tenant, where there is room for them. */
export function injectIncidents(
	tenant: Tenant,
	types: readonly IncidentType[],
	place: Place,
): Incident[] {
	const incidents: Incident[] = [];
	for (const type of types) {
		const { kind, strength, minutes } = type;
		const definition = INCIDENTS.find((candidate) => candidate.kind === kind);
		if (!definition) continue;
		const start = type.start ?? place.find(minutes, GAP, fits(tenant, definition.where));
		if (start === undefined) continue;
		const end = start + minutes;
		place.take(start, end);
		const own = ownSample(tenant.requests, start);
		if (own.length === 0) continue;
		const scene = { ...tenant, index: incidents.length, strength, start, end, own };
		const addedBefore = tenant.added.length;
		definition.inject(scene);
		incidents.push({ kind, strength, start, end, ...effect(scene, addedBefore) });
	}
	return incidents;
}

function fits({ rates }: Tenant, where: Definition['where']) {
	if (where === 'busy') return busyEnough(rates);
	if (where === 'quiet') return quietHours(rates);

	return () => true;
}

function effect({ added, requests, index, start, end }: Scene, addedBefore: number) {
	let touched = 0;
	let extraMicroCents = 0;
	for (let at = addedBefore; at < added.length; at++) {
		extraMicroCents += added[at]?.request.extraMicroCents ?? 0;
		touched += 1;
	}
	const last = indexAt(requests, end * 60);
	for (let at = indexAt(requests, start * 60); at < last; at++) {
		const request = requests[at];
		if (request?.incident !== index) continue;
		extraMicroCents += request.extraMicroCents;
		touched += 1;
	}
	return { requests: touched, extraMicroCents };
}
