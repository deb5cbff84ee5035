import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { startChild } from './childProcess.ts';
import { startRedis } from '../test/support/servers/redisServer.ts';
import { startReplicas, type Replicas } from './cluster.ts';
import { percentile, rounded, type Figure } from './figure.ts';
import { measureStore } from './reserveStore.ts';

const BARE_ROUTE = join(import.meta.dirname, 'bareRoute.ts');
const TENANTS = 100;
const CONNECTIONS = 32;
const ROUND_SECONDS = 4;
/** Ours and the bare route by turns, so that both see the same machine. */
const ROUNDS = 5;
const STEADY_RATE = 1000;
/** V8 goes on optimizing for the first ten to fifteen seconds. */
const WARM_UP_SECONDS = 15;
const STEADY_SECONDS = 15;

/** Six limits in three scopes; nothing here is ever used up. */
const LIMITS = [
	{ scope: 'global', unit: 'requests', window: '1m', shared: true },
	{ scope: 'global', unit: 'microCents', window: 'day', shared: true },
	{ scope: 'tenant', unit: 'tokens', window: '1m' },
	{ scope: 'tenant', unit: 'microCents', window: 'month' },
	{ scope: 'model', unit: 'requests', window: '1m' },
	{ scope: 'model', unit: 'tokens', window: '1h' },
];
const CAPACITY = 2 ** 52;

/**
 * "May I?" against six limits in three scopes on Redis: over HTTP beside a bare Express route with one EVALSHA of one
 * key, and at the store beside rate-limiter-flexible on the same six keys and beside one raw EVALSHA.
 */
export async function reserve(): Promise<Figure[]> {
	const figures = await measureHttp();
	// A Redis of its own: it is emptied before every round.
	const redis = await startRedis();
	try {
		return [...figures, ...(await measureStore(redis.url))];
	} finally {
		await redis.stop();
	}
}

async function measureHttp(): Promise<Figure[]> {
	const replicas = await startReplicas(1);
	try {
		for (const limit of LIMITS) {
			const given = { ...limit, capacity: CAPACITY };
			const { status, body } = await replicas.send('POST', '/v1/limits', given);
			if (status !== 201) throw new Error(`limit refused: ${JSON.stringify(body)}`);
		}
		return await overHttp(replicas);
	} finally {
		await replicas.stop();
	}
}

async function overHttp(replicas: Replicas): Promise<Figure[]> {
	const [service] = replicas.services;
	if (!service) throw new Error('no replica');
	const bare = await startChild(BARE_ROUTE, { args: [replicas.redis.url] });
	try {
		const ours = { url: `${service.url}/v1/reservations`, key: service.key };
		const floor = { url: bare.url, key: service.key };
		await flood(ours, 2);
		await flood(floor, 2);
		// Before the floods: nobody settles here, and a minute later their leases end by the hundred thousand.
		const { p50, p99 } = await steady(ours);
		const bareSteady = await steady(floor);
		const rates = { ours: [0], floor: [0] };
		for (let round = 0; round < ROUNDS; round++) {
			rates.ours.push(await flood(ours, ROUND_SECONDS));
			rates.floor.push(await flood(floor, ROUND_SECONDS));
		}
		const ratios = rates.ours.slice(1).map((rate, i) => rate / (rates.floor[i + 1] ?? NaN));
		return [
			{
				figure: 'reservations_per_second',
				value: rounded(percentile(rates.ours.slice(1), 50)),
				unit: '1/s',
			},
			{
				figure: 'bare_route_per_second',
				value: rounded(percentile(rates.floor.slice(1), 50)),
				unit: '1/s',
			},
			{ figure: 'ratio_vs_bare_route', value: rounded(percentile(ratios, 50)), unit: '1' },
			{ figure: 'p50_ms', value: p50, unit: 'ms' },
			{ figure: 'p99_ms', value: p99, unit: 'ms' },
			// What this machine adds by itself: the same rate against the bare route.
			{ figure: 'bare_route_p99_ms', value: bareSteady.p99, unit: 'ms' },
		];
	} finally {
		await bare.stop();
	}
}

type Target = { url: string; key: string };

/** As many as it takes, in answers per second. */
async function flood(target: Target, seconds: number): Promise<number> {
	const { requests, non2xx, errors } = await autocannon({
		...requestsTo(target),
		connections: CONNECTIONS,
		duration: seconds,
	});
	if (non2xx + errors > 0) throw new Error(`${non2xx} refused, ${errors} failed`);
	return requests.average;
}

/** At 1,000 a second, one after another: what a caller waits. Nobody waits for an answer before asking the next. */
async function steady(target: Target): Promise<{ p50: number; p99: number }> {
	const agent = new Agent({ keepAlive: true });
	const asks = requestsTo(target).requests;
	const latenciesMs: number[] = [];
	const pending: Promise<void>[] = [];
	const started = performance.now();
	const total = STEADY_RATE * (WARM_UP_SECONDS + STEADY_SECONDS);
	while (pending.length < total) {
		const due = Math.min(total, ((performance.now() - started) / 1000) * STEADY_RATE);
		while (pending.length < due) {
			const body = asks[pending.length % asks.length]?.body ?? '';
			const isWarmUp = pending.length < STEADY_RATE * WARM_UP_SECONDS;
			pending.push(
				timed(target, { agent, body }).then((ms) => {
					if (!isWarmUp) latenciesMs.push(ms);
				}),
			);
		}
		await delay(1);
	}
	await Promise.all(pending);
	agent.destroy();
	return { p50: rounded(percentile(latenciesMs, 50)), p99: rounded(percentile(latenciesMs, 99)) };
}

/** One ask, in ms until its answer is read. */
function timed({ url, key }: Target, { agent, body }: { agent: Agent; body: string }) {
	return new Promise<number>((resolve, reject) => {
		const sent = performance.now();
		const asking = request(url, {
			method: 'POST',
			agent,
			headers: { ...headersFor(key), 'content-length': Buffer.byteLength(body) },
		});
		asking.on('response', (response) => {
			response.resume().on('end', () => resolve(performance.now() - sent));
		});
		asking.on('error', reject);
		asking.end(body);
	});
}

function headersFor(key: string) {
	return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}

function requestsTo({ url, key }: Target) {
	const headers = headersFor(key);
	const requests = Array.from({ length: TENANTS }, (_, i) => ({
		method: 'POST' as const,
		headers,
		body: JSON.stringify({
			tenantId: `tenant-${i}`,
			provider: 'openai',
			model: 'gpt-4o-mini',
			inputTokens: 1200,
			maxOutputTokens: 300,
			ttlSeconds: 60,
		}),
	}));

	return { url, requests };
}
