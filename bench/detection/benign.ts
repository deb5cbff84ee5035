import { DAY, MINUTES, SCORED_FROM } from './calendar.ts';
import { ownSample, type Tenant } from './incidents/scene.ts';
import { busyHours, type Place } from './incidents/place.ts';
import { costOf, type Request } from './request.ts';
import { tierAt } from './tiers.ts';

export const BENIGN_KINDS = ['campaign', 'migration', 'prompt_growth', 'quiet_day'] as const;
export type BenignKind = (typeof BENIGN_KINDS)[number];

/** A change that is nobody's fault, in the minutes `start` … before `end`. */
export type Benign = { kind: BenignKind; start: number; end: number };

/** Minutes between a campaign and other events. */
const GAP = 120;
/** Minutes a campaign takes to come up and to go. */
const RAMP = 15;

/** Lets `count` different changes happen; answers with the ordinary requests that are left. */
export function addBenign(
	before: Tenant,
	{ count, endpoints, place }: { count: number; endpoints: number; place: Place },
): { benign: Benign[]; requests: readonly Request[] } {
	const { random } = before;
	let tenant = before;
	const benign: Benign[] = [];
	for (const kind of random.shuffle([...BENIGN_KINDS]).slice(0, count)) {
		if (kind === 'campaign') {
			const span = campaign(tenant, place);
			if (span) benign.push({ kind, ...span });
			continue;
		}
		const start = SCORED_FROM + DAY + random.int(4 * DAY);
		const end = kind === 'quiet_day' ? start + DAY : MINUTES;
		if (kind === 'migration') migration(tenant, start, endpoints);
		if (kind === 'prompt_growth') promptGrowth(tenant, start);
		if (kind === 'quiet_day') tenant = { ...tenant, requests: quietDay(tenant, start, end) };
		benign.push({ kind, start, end });
	}
	return { benign, requests: tenant.requests };
}

/** Two to three times its own requests for one to three busy hours, coming and going slowly. */
function campaign({ random, rates, maker, requests, added }: Tenant, place: Place) {
	const minutes = 60 + random.int(120);
	const top = random.range(2, 3);
	const start = place.find(minutes, GAP, busyHours(rates));
	if (start === undefined) return undefined;
	const end = start + minutes;
	place.take(start, end);
	const own = ownSample(requests, start);
	const local = Math.min(rates.around(start), rates.ofHour(start) * 2);
	for (let minute = start; minute < end; minute++) {
		const ramp = Math.min(1, (minute - start) / RAMP, (end - minute) / RAMP);
		const rate = (top - 1) * local * ramp;
		if (rate <= 1e-3) continue;
		const gap = () => (random.exponential() * 60) / rate;
		for (let time = minute * 60 + gap(); time < minute * 60 + 60; time += gap()) {
			const source = random.pick(own);
			const request = maker.copy(source);
			request.time = time;
			added.push({ request: maker.finish(request), source, worker: 0 });
		}
	}
	return { start, end };
}

/** From now on one endpoint has another model: 20 % cheaper to dearer, 30 % faster to slower. */
function migration({ random, requests }: Tenant, start: number, endpoints: number): void {
	const endpoint = random.int(endpoints);
	const price = random.range(0.8, 1.2);
	const speed = random.range(0.7, 1.3);
	for (const request of requests) {
		if (request.time < start * 60 || request.endpoint !== endpoint) continue;
		request.costMicroCents *= price;
		request.extraMicroCents *= price;
		request.latencyMs *= speed;
	}
}

/** From now on prompts are 30 to 60 % longer. */
function promptGrowth({ random, requests }: Tenant, start: number): void {
	const factor = random.range(1.3, 1.6);
	for (const request of requests) {
		if (request.time < start * 60 || request.incident >= 0) continue;
		const { contextTokens } = tierAt(request.tier);
		request.input = Math.min(Math.round(request.input * factor), contextTokens);
		request.costMicroCents = costOf(request);
	}
}

/** A day with a tenth of the traffic. */
function quietDay({ random, requests }: Tenant, start: number, end: number): Request[] {
	return requests.filter(
		({ incident, time }) =>
			incident >= 0 || time < start * 60 || time >= end * 60 || random.uniform() < 0.1,
	);
}
