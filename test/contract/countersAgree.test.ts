import { Redis } from 'ioredis';
import fc from 'fast-check';
import { MemoryCounters } from '../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import { connectRedis } from '../../anomaly-service/src/adapters/redis/connect.ts';
import { RedisCounters } from '../../anomaly-service/src/adapters/redis/redisCounters.ts';
import { REMEMBER_MS, type Counters, type Hold } from '../../anomaly-service/src/ports/counters.ts';
import { CLOSED, isolate, type Breaker } from '../../core/breaker.ts';
import {
	amountOf,
	applicableLimits,
	type AppliedLimit,
	type CallSize,
	type Counter,
} from '../../core/limits.ts';
import { sliceStart } from '../../core/windows.ts';
import { hasRedis, startRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { DAY, limit, MINUTE } from './counters/countersBench.ts';

/** A Sunday: in half an hour a day and a week begin, in UTC and in London. */
const START = Date.UTC(2026, 10, 1, 23, 30);
/** How long ended holds are remembered at least; after that each store forgets them in its own time. */
const END = START + REMEMBER_MS - 1;

const TENANTS = ['acme', 'beta'];
const LIMITS = [
	limit({ scope: 'global', unit: 'requests', window: MINUTE, capacity: 12 }),
	limit({ scope: 'global', unit: 'concurrency', window: null, capacity: 6 }),
	limit({ scope: 'tenant', unit: 'tokens', window: MINUTE, capacity: 3000 }),
	limit({ scope: 'tenant', unit: 'concurrency', window: null, capacity: 4 }),
	// Not a multiple of its slices.
	limit({
		scope: 'tenant',
		unit: 'requests',
		window: { kind: 'rolling', windowMs: 7000 },
		capacity: 5,
	}),
	limit({ scope: 'tenant', unit: 'microCents', window: DAY, capacity: 5000 }),
	limit({ scope: 'tenant', unit: 'microCents', window: DAY, capacity: 900, mode: 'shadow' }),
	limit({
		...{ scope: 'model', unit: 'uncachedInputTokens', capacity: 4000 },
		window: { kind: 'calendar', unit: 'week', timeZone: 'Europe/London' },
	}),
	limit({
		...{ scope: 'model', unit: 'outputTokens', capacity: 2500, shared: true },
		window: { kind: 'rolling', windowMs: 3_600_000 },
	}),
	limit({ scope: 'tenant', unit: 'inputTokens', window: MINUTE, capacity: 0, mode: 'shadow' }),
];

type Op = (on: Counters, clock: { at: number }) => Promise<unknown>;

const tenant = fc.constantFrom(...TENANTS);
const reservationId = fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6');
/** Reservations of two tenants never have the same id. */
const hold = fc
	.record({ reservationId, tenantId: tenant })
	.map((given) => ({ ...given, reservationId: `${given.reservationId}-${given.tenantId}` }));
const size: fc.Arbitrary<CallSize> = fc
	.record({
		microCents: fc.oneof(fc.nat(600), fc.constant(Number.MAX_SAFE_INTEGER - 300)),
		inputTokens: fc.nat(900),
		outputTokens: fc.nat(400),
	})
	.map((given) => ({ ...given, cacheReadTokens: Math.floor(given.inputTokens / 3) }));
const limits = fc.subarray(LIMITS, { minLength: 0 });
const call = fc.record({
	tenantId: tenant,
	provider: fc.constant('openai'),
	model: fc.constantFrom('a', 'b'),
});
/** What applies to a call; a limit may be made or deleted between two calls. */
const applied = fc
	.tuple(limits, call)
	.map(([some, of]) => ({ call: of, limits: applicableLimits(some, of, null) }));

const byId = (holds: Hold[]) =>
	[...holds].sort((a, b) => (a.reservationId < b.reservationId ? -1 : 1));

/** Every operation, told the same to both stores. */
const operation: fc.Arbitrary<{ text: string; moveMs?: number; run?: Op }> = fc.oneof(
	{
		weight: 8,
		arbitrary: fc
			.record({
				of: applied,
				reservationId,
				size,
				ttlMs: fc.constantFrom(1000, 5000, 120_000, 3_600_000),
				fillPct: fc.constantFrom(100, 100, 100, 80, 33),
			})
			.map(({ of, ...given }) => ({
				text: `reserve ${JSON.stringify({ ...given, ...of.call, limits: of.limits.map((l) => l.limit.id) })}`,
				run: async (on: Counters) => {
					const ask = {
						...given,
						...of,
						reservationId: `${given.reservationId}-${of.call.tenantId}`,
					};
					const first = await on.reserve(ask);
					if (first.kind !== 'cold') return first;
					await seedAll(on, of.call.tenantId, of.limits);
					return [first.counters.map(({ id }) => id).sort(), await on.reserve(ask)];
				},
			})),
	},
	{
		weight: 4,
		arbitrary: fc.record({ reservationId, of: applied, size }).map(({ of, ...given }) => ({
			text: `settle ${JSON.stringify({ ...given, ...of.call, limits: of.limits.map((l) => l.limit.id) })}`,
			run: (on: Counters) =>
				on.settle({
					...{ size: given.size, limits: of.limits, tenantId: of.call.tenantId },
					reservationId: `${given.reservationId}-${of.call.tenantId}`,
				}),
		})),
	},
	hold.map((held) => ({
		text: `release ${JSON.stringify(held)}`,
		run: (on: Counters) => on.release(held),
	})),
	fc
		.tuple(hold, fc.constantFrom(1000, 60_000))
		.map(([held, ttlMs]) => ({ ...held, ttlMs }))
		.map((lease) => ({
			text: `renew ${JSON.stringify(lease)}`,
			run: (on: Counters) => on.renew(lease),
		})),
	fc
		.record({ of: applied, size, agoMs: fc.constantFrom(-5000, 0, 900, 40_000, 90_000_000) })
		.map(({ of, size: used, agoMs }) => ({
			text: `record ${JSON.stringify({ used, agoMs, ...of.call, limits: of.limits.map((l) => l.limit.id) })}`,
			run: (on: Counters, clock: { at: number }) =>
				on.record({
					tenantId: of.call.tenantId,
					...{ size: used, at: clock.at - agoMs, limits: of.limits },
				}),
		})),
	fc.record({ of: applied, used: fc.nat(3000) }).map(({ of, used }) => ({
		text: `raise ${used} ${of.call.tenantId} ${of.limits[0]?.counter.id ?? '-'}`,
		run: async (on: Counters) => {
			const [first] = of.limits.filter(({ counter }) => counter.window !== null);
			if (first) await on.raise({ ...first, tenantId: of.call.tenantId, used });
		},
	})),
	fc.constant({
		text: 'expire',
		run: async (on: Counters) => byId(await on.expire()),
	}),
	fc
		.record({ of: applied, reservationId, size, agoMs: fc.constantFrom(0, 2000, 50_000, 900_000) })
		.map(({ of, reservationId: id, size: held, agoMs }) => ({
			text: `plant ${JSON.stringify({ id, held, agoMs, ...of.call, limits: of.limits.map((l) => l.limit.id) })}`,
			run: (on: Counters, { at }: { at: number }) =>
				on.plant([
					{
						...{ reservationId: `${id}-${of.call.tenantId}`, call: of.call, size: held },
						...{ admittedAt: at - agoMs, expiresAt: at - agoMs + 60_000 },
						entries: distinct(of.limits).map((counter) => ({
							counter,
							slice: counter.window === null ? 0 : sliceStart(counter.window, at - agoMs),
							amount: amountOf(counter.unit, held),
						})),
					},
				]),
		})),
	reservationId.map((upTo) => ({
		text: `reported up to ${upTo}`,
		run: async (on: Counters) => {
			const expired = (await on.expire()).filter((hold) => hold.reservationId <= upTo);
			await on.reported(expired.map((hold) => ({ ...hold, tenantId: hold.call.tenantId })));
		},
	})),
	hold.map((held) => ({
		text: `findHold ${JSON.stringify(held)}`,
		run: (on: Counters) => on.findHold(held),
	})),
	fc.tuple(tenant, fc.nat(2), fc.nat(20_000)).map(([tenantId, kind, durationMs]) => ({
		text: `breaker ${tenantId} ${kind}`,
		run: async (on: Counters, { at }: { at: number }) => {
			const blocked: Breaker = isolate(CLOSED, at, { durationMs, reason: 'ü' });
			if (kind === 0) await on.setBreaker(tenantId, CLOSED);
			if (kind === 1) await on.setBreaker(tenantId, blocked);
			const tripped =
				kind === 2 && (await on.tripBreaker({ tenantId, incidentId: 'inc', now: at }));
			return [tripped, await on.breaker(tenantId)];
		},
	})),
	fc.tuple(tenant, fc.boolean()).map(([tenantId, shared]) => ({
		text: `chill ${shared ? 'shared' : tenantId}`,
		run: (on: Counters) => on.chill(shared ? { kind: 'shared' } : { kind: 'tenant', tenantId }),
	})),
	{
		weight: 8,
		arbitrary: fc
			.constantFrom(0, 100, 1000, 1100, 2500, 7000, 31_000, 61_000, 600_000, 1_800_000)
			.map((moveMs) => ({ text: `+${moveMs} ms`, moveMs })),
	},
);

const readable = (op: { text: string; moveMs?: number; run?: Op }) => ({
	...op,
	[fc.toStringMethod]: () => op.text,
});

/** Where every counter stands. */
async function look(on: Counters): Promise<unknown> {
	const all = [];
	for (const tenantId of TENANTS) {
		const applying = ['a', 'b'].flatMap((model) =>
			applicableLimits(LIMITS, { tenantId, provider: 'openai', model }, null),
		);
		const states = await on.limitStates(tenantId, applying);
		const cold = new Set((await on.coldOf(tenantId, applying)).map(({ id }) => id));
		all.push(
			states.map(({ counter: { id }, spent, held, resetsAt }) => [
				...[id, spent, held, resetsAt],
				cold.has(id),
			]),
		);
		all.push((await on.countersOf(tenantId)).map(({ id }) => id).sort());
	}
	return all;
}

function distinct(limits: readonly AppliedLimit[]): Counter[] {
	return [...new Map(limits.map(({ counter }) => [counter.id, counter])).values()];
}

async function seedAll(on: Counters, tenantId: string, applying: readonly AppliedLimit[]) {
	for (const shared of [false, true]) {
		const counters = applying.map(({ counter }) => counter).filter((c) => c.shared === shared);
		const partition = shared ? { kind: 'shared' as const } : { kind: 'tenant' as const, tenantId };
		const token = await on.startSeed(partition, counters);
		const now = await on.now();
		const seeded = counters.map((counter, i) => ({
			counter,
			slices:
				counter.window === null
					? []
					: [0, 2300, 30_000].map((agoMs) => ({
							start: sliceStart(counter.window ?? MINUTE, now - agoMs),
							amount: i,
						})),
		}));
		if (token !== undefined) await on.seed(partition, { token, counters: seeded });
	}
}

describeWith('Redis', hasRedis())('memory and Redis', () => {
	const server = suiteServer(startRedis);

	it('answer the same to any sequence of operations', async () => {
		const client = await connectRedis(server().url);
		if (!(client instanceof Redis)) throw new Error('not one Redis');
		// Each run opens its own counters on it.
		client.setMaxListeners(0);
		const property = fc.asyncProperty(
			fc.array(operation.map(readable), { minLength: 1, maxLength: 80, size: 'max' }),
			async (operations) => {
				await client.flushall();
				const time = { at: START };
				const clock = { now: () => time.at };
				const memory = new MemoryCounters(clock);
				const redis = new RedisCounters({ client, clock });
				for (const { text, moveMs, run } of operations) {
					time.at = Math.min(time.at + (moveMs ?? 0), END);
					const [expected, answered] = [await run?.(memory, time), await run?.(redis, time)];
					expect({ text, answer: answered }).toEqual({ text, answer: expected });
					expect({ text, look: await look(redis) }).toEqual({ text, look: await look(memory) });
				}
			},
		);
		try {
			await fc.assert(property, { numRuns: 30, endOnFailure: true });
		} finally {
			client.disconnect();
		}
	});
});
