import { DAY } from '../calendar.ts';
import type { Client } from '../clients.ts';
import type { Random } from '../random.ts';
import type { Rates } from '../rates.ts';
import type { Request, RequestMaker } from '../request.ts';

/** What a tenant is made of when the first event is placed. */
export type Tenant = {
	random: Random;
	maker: RequestMaker;
	rates: Rates;
	/** Client of the tenant's first stream, and all clients it could have been. */
	client: Client;
	pool: readonly Client[];
	/** The dearest endpoint. */
	top: { endpoint: number; tier: number };
	/** Ordinary requests by time; incidents change them in place. */
	requests: readonly Request[];
	/** What incidents and benign events put beside them. */
	added: Added[];
};

/** A request that no ordinary traffic made. */
export type Added = {
	request: Request;
	/** The ordinary request that it repeats, if any. */
	source: Request | undefined;
	/** Which worker of a loop sent it; 0 elsewhere. */
	worker: number;
};

/** One incident about to happen: minutes `start` … before `end`. */
export type Scene = Tenant & {
	index: number;
	strength: string;
	start: number;
	end: number;
	/** Answered requests of the day before: what the tenant usually sends. */
	own: readonly Request[];
};

/** Ordinary requests of minutes `from` … before `to` that belong to no incident. */
export function untouched(requests: readonly Request[], from: number, to: number): Request[] {
	const found: Request[] = [];
	for (let at = indexAt(requests, from * 60); at < requests.length; at++) {
		const request = requests[at];
		if (!request || request.time >= to * 60) break;
		if (request.incident < 0) found.push(request);
	}
	return found;
}

/** What the tenant sends: answered requests of the day before `start`, of all days before if those are few. */
export function ownSample(requests: readonly Request[], start: number): Request[] {
	const answered = (from: number) =>
		untouched(requests, from, start).filter((request) => request.status === 200);
	const lastDay = answered(start - DAY);

	return lastDay.length < 50 ? answered(0) : lastDay;
}

/** Requests at `rate` a minute, independent of each other, each of them extra. */
export function send(
	scene: Scene,
	rate: number,
	make: () => { request: Request; source: Request | undefined },
): void {
	const { random, start, end } = scene;
	const gap = () => (random.exponential() * 60) / rate;
	for (let time = start * 60 + gap(); time < end * 60; time += gap()) {
		const { request, source } = make();
		request.time = time;
		addExtra(scene, scene.maker.finish(request), { source });
	}
}

/** Sends the tenant's own requests once more. */
export function sendOwn(scene: Scene, rate: number): void {
	send(scene, rate, () => {
		const source = scene.random.pick(scene.own);

		return { request: scene.maker.copy(source), source };
	});
}

/** Puts a finished request beside the ordinary ones, all of its cost extra. */
export function addExtra(
	scene: Scene,
	request: Request,
	{ source, worker = 0 }: { source?: Request | undefined; worker?: number },
): void {
	request.incident = scene.index;
	request.extraMicroCents = request.costMicroCents;
	scene.added.push({ request, source, worker });
}

/** Changes a share of the requests that the tenant sends meanwhile; `change` leaves them finished. */
export function alter(scene: Scene, share: number, change: (request: Request) => void): void {
	for (const request of untouched(scene.requests, scene.start, scene.end)) {
		if (scene.random.uniform() >= share) continue;
		const before = request.costMicroCents;
		change(request);
		request.extraMicroCents = Math.max(0, request.costMicroCents - before);
		request.incident = scene.index;
	}
}

/** Index of the first request at or after `time`. */
export function indexAt(requests: readonly Request[], time: number): number {
	let low = 0;
	let high = requests.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((requests[middle]?.time ?? Infinity) < time) low = middle + 1;
		else high = middle;
	}
	return low;
}
