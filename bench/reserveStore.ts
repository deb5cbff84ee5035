import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { connectRedis, type RedisClient } from '../anomaly-service/src/adapters/redis/connect.ts';
import { RedisCounters } from '../anomaly-service/src/adapters/redis/redisCounters.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/durations.ts';
import {
	applicableLimits,
	limitId,
	type AppliedLimit,
	type CallSubjects,
	type Limit,
} from '../core/limits.ts';
import type { Window } from '../core/windows.ts';
import { percentile, rounded, type Figure } from './figure.ts';

const MINUTE: Window = { kind: 'rolling', windowMs: MINUTE_MS };
const HOUR: Window = { kind: 'rolling', windowMs: HOUR_MS };
const DAY: Window = { kind: 'calendar', unit: 'day', timeZone: 'UTC' };

/** Never reached: what is measured is the way to "yes". */
const PLENTY = 1e14;

/** 6 limits in 3 scopes, over requests, tokens and money, rolling and calendar. */
const SIX_LIMITS: readonly Limit[] = [
	aLimit('global', 'requests', MINUTE),
	aLimit('tenant', 'requests', MINUTE),
	aLimit('tenant', 'tokens', HOUR),
	aLimit('tenant', 'microCents', DAY),
	aLimit('model', 'requests', MINUTE),
	aLimit('model', 'tokens', DAY),
];

const SIZE = { microCents: 12_000, inputTokens: 900, cacheReadTokens: 0, outputTokens: 100 };
const LEASE_MS = 120_000;

/** Asks under way at any time. */
const IN_FLIGHT = 200;
/** Short ones: some 20,000 holds are under way at the end of each, as in a busy store, not a million. */
const ROUNDS = 15;
const ROUND_MS = 200;
/** Among how many tenants asks are spread: all of one tenant, as the six keys are, and of some at the same time. */
const SPREADS = [
	{ tenants: 1, suffix: '' },
	{ tenants: 20, suffix: '_20_tenants' },
];

/**
 * Reservations of six limits at the store, against one raw EVALSHA of an INCRBY each, and against
 * rate-limiter-flexible consuming the same six keys one after another. All in this process, with the same number under
 * way, in turns: whatever else the machine does meets all three. Empties the Redis.
 */
export async function measureStore(url: string): Promise<Figure[]> {
	const client = await connectRedis(url);
	const pipelined = new Redis(url, { enableAutoPipelining: true });
	try {
		const figures: Figure[] = [];
		for (const { tenants, suffix } of SPREADS) {
			const rates = await measure({ client, pipelined, tenants });
			figures.push(
				figure(`store_reservations_per_second${suffix}`, percentile(rates.ours, 50), '1/s'),
				figure(`ratio_vs_rate_limiter_flexible${suffix}`, medianRatio(rates.ours, rates.flexible)),
				figure(`ratio_vs_raw_evalsha${suffix}`, medianRatio(rates.ours, rates.raw)),
			);
		}
		return figures;
	} finally {
		client.disconnect();
		pipelined.disconnect();
	}
}

async function measure({
	client,
	pipelined,
	tenants,
}: {
	client: RedisClient;
	pipelined: Redis;
	tenants: number;
}): Promise<{ ours: number[]; raw: number[]; flexible: number[] }> {
	const ours = reservations(new RedisCounters({ client }), tenants);
	const raw = await rawEvalsha(pipelined);
	const flexible = sixKeys(pipelined, tenants);
	const rates = { ours: [0], raw: [0], flexible: [0] };
	for (let round = 0; round <= ROUNDS; round++) {
		await pipelined.flushall();
		rates.raw[round] = await perSecond(raw);
		rates.flexible[round] = await perSecond(flexible);
		await ours.warm();
		rates.ours[round] = await perSecond(ours.reserve);
	}
	// The first round is for the compiler.
	return {
		ours: rates.ours.slice(1),
		raw: rates.raw.slice(1),
		flexible: rates.flexible.slice(1),
	};
}

/** One thing of `worker`, over and over. */
type Step = (worker: number) => Promise<unknown>;

function reservations(
	counters: RedisCounters,
	tenants: number,
): { warm: () => Promise<void>; reserve: Step } {
	const calls = Array.from({ length: tenants }, (_, i): CallSubjects => {
		return { tenantId: `tenant-${i}`, provider: 'openai', model: 'gpt-4o', workflowId: 'w' };
	});
	const asks = calls.map((call) => ({
		...{ call, size: SIZE, ttlMs: LEASE_MS, fillPct: 100 },
		limits: applicableLimits(SIX_LIMITS, call, null),
	}));
	return {
		async warm() {
			for (const { call, limits } of asks) await warm(counters, call.tenantId, limits);
		},
		async reserve(worker) {
			const ask = asks[worker % tenants];
			const result = ask && (await counters.reserve({ ...ask, reservationId: randomUUID() }));
			if (result?.kind !== 'held') throw new Error(`expected a hold, got ${String(result?.kind)}`);
		},
	};
}

/** Counts are not in the store until they are seeded: here as unused. */
async function warm(
	counters: RedisCounters,
	tenantId: string,
	limits: readonly AppliedLimit[],
): Promise<void> {
	for (const shared of [false, true]) {
		const partition = shared ? { kind: 'shared' as const } : { kind: 'tenant' as const, tenantId };
		const some = limits
			.map(({ counter }) => counter)
			.filter((counter) => counter.shared === shared);
		const token = await counters.startSeed(partition, some);
		const seeded = some.map((counter) => ({ counter, slices: [] }));
		if (token !== undefined) await counters.seed(partition, { token, counters: seeded });
	}
}

async function rawEvalsha(client: Redis): Promise<Step> {
	const sha = String(await client.script('LOAD', "return redis.call('INCRBY', KEYS[1], ARGV[1])"));
	return () => client.evalsha(sha, 1, 'bench:raw', 1);
}

function sixKeys(client: Redis, tenants: number): Step {
	const limiters = SIX_LIMITS.map(({ id, scope, window }) => {
		const windowMs = window?.kind === 'rolling' ? window.windowMs : DAY_MS;
		const limiter = new RateLimiterRedis({
			...{ storeClient: client, keyPrefix: id, points: PLENTY, duration: windowMs / 1000 },
		});
		return { limiter, isGlobal: scope === 'global' };
	});
	return async (worker) => {
		const tenantId = `tenant-${worker % tenants}`;
		for (const { limiter, isGlobal } of limiters) {
			await limiter.consume(isGlobal ? 'all' : tenantId, 1);
		}
	};
}

async function perSecond(step: Step): Promise<number> {
	const started = performance.now();
	let done = 0;
	const work = async (worker: number) => {
		while (performance.now() - started < ROUND_MS) {
			await step(worker);
			done += 1;
		}
	};
	await Promise.all(Array.from({ length: IN_FLIGHT }, (_, worker) => work(worker)));

	return (done * 1000) / (performance.now() - started);
}

function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
	return percentile(
		ours.map((rate, i) => rate / (theirs[i] ?? NaN)),
		50,
	);
}

function aLimit(scope: Limit['scope'], unit: Limit['unit'], window: Window): Limit {
	return {
		...{ id: limitId(scope, unit, window), scope, unit, window, subject: null },
		...{ audience: { kind: 'all' }, shared: scope === 'global', capacity: PLENTY },
		...{ mode: 'enforce', whenOver: 'queue', whenStoreDown: 'closed' },
	};
}

function figure(name: string, value: number, unit = '1'): Figure {
	return { figure: name, value: rounded(value), unit };
}
