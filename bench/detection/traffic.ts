import { DAY } from './calendar.ts';
import { WINDOWS, type Client } from './clients.ts';
import type { Random } from './random.ts';
import type { Request, RequestMaker } from './request.ts';

/** One real client inside a tenant: its own endpoint. */
export type Stream = { client: Client; perMinute: number };

const WINDOW_SECONDS = 600;
const WINDOWS_PER_SLOT = 36;
const WINDOWS_PER_DAY = DAY / 10;

export type Habits = {
	/** Ten-minute windows by which the tenant's day is shifted against the trace. */
	shift: number;
	/** Growth a day, 0.01 for 1 %. */
	growth: number;
	errorRate: number;
};

/** Two weeks of ordinary requests of all streams, by time. */
export function ordinaryRequests(
	streams: readonly Stream[],
	habits: Habits,
	{ random, maker }: { random: Random; maker: RequestMaker },
): Request[] {
	const requests: Request[] = [];
	streams.forEach((stream, endpoint) => {
		const { client } = stream;
		eachArrival(stream, habits, random, (time, slot) => {
			const request = maker.draw(client, { slot, endpoint, tier: client.tier });
			request.time = time;
			if (random.uniform() < habits.errorRate) {
				request.status = random.uniform() < 0.5 ? 429 : 500;
				request.output = 0;
			}
			requests.push(maker.finish(request));
		});
	});
	return byTime(requests);
}

export function byTime(requests: Request[]): Request[] {
	return requests.sort((a, b) => a.time - b.time);
}

/**
 * Arrivals of one stream: a renewal process in operational time, so that the real rate curve and the real unevenness
 * of the gaps both survive when the client is scaled down to the tenant's size.
 */
function eachArrival(
	{ client, perMinute }: Stream,
	{ shift, growth }: Habits,
	random: Random,
	arrive: (time: number, slot: number) => void,
): void {
	const scale = perMinute / 60 / client.meanRps;
	let left = random.exponential();
	for (let window = 0; window < WINDOWS; window++) {
		const source = (window + shift + WINDOWS) % WINDOWS;
		const age = (window - WINDOWS / 2) / WINDOWS_PER_DAY;
		const rate = (client.rate[source] ?? 0) * scale * Math.pow(1 + growth, age);
		if (!(rate > 0)) continue;
		const cv = Math.min(4, Math.max(0.3, client.cv[source] || 1));
		const shape = 1 / (cv * cv);
		let at = 0;
		while (left <= (WINDOW_SECONDS - at) * rate) {
			at += left / rate;
			arrive(window * WINDOW_SECONDS + at, Math.floor(source / WINDOWS_PER_SLOT));
			left = random.gamma(shape) / shape;
		}
		left -= (WINDOW_SECONDS - at) * rate;
	}
}
