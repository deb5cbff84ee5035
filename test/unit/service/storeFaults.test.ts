import { MemoryCounters } from '../../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import { soleReplica } from '../../../anomaly-service/src/adapters/memory/soleReplica.ts';
import { createPrometheusMetrics } from '../../../anomaly-service/src/adapters/prometheus/prometheusMetrics.ts';
import { buildLimits } from '../../../anomaly-service/src/buildLimits.ts';
import { readConfig } from '../../../anomaly-service/src/config.ts';
import type { Counters } from '../../../anomaly-service/src/ports/counters.ts';
import {
	StoreUnavailableError,
	type Database,
} from '../../../anomaly-service/src/ports/database.ts';
import { Pipeline, type PipelineDependencies } from '../../../anomaly-service/src/pipeline.ts';
import { ActivityBook } from '../../../anomaly-service/src/stages/activityBook.ts';
import { createPricer } from '../../../anomaly-service/src/stages/price.ts';
import { UsageWriter } from '../../../anomaly-service/src/stages/usageWriter.ts';
import { usageRow } from '../../../anomaly-service/src/stages/usageRow.ts';
import { applicableLimits, type LimitState } from '../../../core/limits.ts';
import { createPriceBook } from '../../../core/priceBook.ts';
import { budgetPerDay, NOON } from '../../contract/counters/countersBench.ts';
import { iso } from '../../contract/databaseBench.ts';
import { alertingOn } from '../../support/alerting.ts';
import { usageEvent } from '../../support/rows.ts';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const unavailable = () => new StoreUnavailableError('It', new Error('gone'));

/** The parts that limit calls, on stores that fail when they are told to. */
class Bench {
	now = NOON;
	isDatabaseDown = false;
	isStoreDown = false;
	/** Runs before each question to the counter store. */
	before: (name: string) => void = quiet;
	/** Runs after it: what it throws is a time limit that ran out although the store has done its work. */
	after: (name: string) => void = quiet;
	readonly recorded: string[] = [];
	readonly raised: string[] = [];
	/** What the database knows of every event. */
	known: object = {};
	/** What calls whose leases ended really used. */
	usedFor: object[] = [];
	#store: Counters;
	readonly #clock = { now: () => this.now };
	readonly outside;
	readonly parts;

	constructor() {
		this.#store = new MemoryCounters(this.#clock);
		const database: Database = {
			call: (name, args) => this.#query(name, args as never) as never,
			close: async () => undefined,
		};
		const counters = new Proxy(this.#store, {
			get: (_target, name: keyof Counters) => async (first: never, second: never) => {
				if (this.isStoreDown) throw unavailable();
				this.before(name);
				const call = this.#store[name].bind(this.#store) as (...args: never[]) => unknown;
				const answer = await call(first, second);
				this.after(name);
				return answer;
			},
		});
		const { metrics } = createPrometheusMetrics();
		const config = readConfig({ FUSE_TENANT_USD_PER_DAY: '1' });
		const pricer = createPricer(createPriceBook([]), () => config.priceCeiling);
		const stores = { database, counters, broadcast: soleReplica() };
		this.outside = { ...stores, clock: this.#clock, log, metrics, pricer };
		this.parts = buildLimits({
			...this.outside,
			...{ config, secretOf: () => '', onLetGo: quiet, unknownPriceOf: () => 'ceiling' },
			serviceAlerts: alertingOn(database).serviceAlerts,
		});
	}

	async #query(name: string, args: { events: { id: string }[]; event: { type: string } }) {
		if (this.isDatabaseDown) throw unavailable();
		if (name === 'record_expired_leases') this.recorded.push(...args.events.map(({ id }) => id));
		if (name === 'record_usage') {
			const known = args.events.map(({ id }) => ({ source: 'test', id, ...this.known }));
			return { added: 0, known };
		}
		if (name === 'record_expired_leases' && this.usedFor.length > 0) return this.usedFor;
		if (name === 'raise_alert') this.raised.push(args.event.type);
		return name === 'raise_alert' ? { raised: true, grouped: false, alert: null } : [];
	}

	/** It comes back without what it knew. */
	emptyStore(): void {
		this.#store = new MemoryCounters(this.#clock);
	}

	ask(tenantId: string) {
		const call = { tenantId };
		return this.parts.admission.ask(
			{ call, microCents: 10, ttlMs: 60_000, resume: undefined },
			this.now,
		);
	}

	/** The store goes away, and that is noticed. */
	async loseStore(): Promise<void> {
		this.isStoreDown = true;
		await this.parts.watch.probe();
	}

	async findStore(): Promise<void> {
		this.isStoreDown = false;
		await this.parts.watch.probe();
	}

	/** What the service does every second. */
	async expire(): Promise<void> {
		const { watch, warm, leases } = this.parts;
		const due = await watch.ask(() => warm.plantOverdue(this.now));
		if (due) await leases.run(due);
	}

	async standing(tenantId: string): Promise<LimitState | undefined> {
		const limits = applicableLimits([budgetPerDay(100)], { tenantId }, null);
		const [state] = await this.parts.warm.limitStates(tenantId, limits);
		return state;
	}

	async held(tenantId: string): Promise<number | undefined> {
		return (await this.standing(tenantId))?.held;
	}

	pipeline(): Pipeline {
		const { parts, outside } = this;
		const limitsFor = parts.admission.limitsFor.bind(parts.admission);
		const activities = new ActivityBook();
		// No event is new, so nobody is asked to act.
		const priceAlerts = { look: async () => undefined };
		const given = { ...outside, ...parts, limitsFor, activities, detectors: [], priceAlerts };
		const { database } = outside;
		const usageWriter = new UsageWriter({ database, countsOutlive: false });
		const usageDays = { isKept: () => true, open: async () => undefined };
		const all = { ...given, usageDays, usageWriter };
		return new Pipeline(all as unknown as PipelineDependencies);
	}
}

let bench: Bench;
beforeEach(() => {
	bench = new Bench();
});

describe('a database that does not answer', () => {
	it('is not taken for a counter store that does not: whose counts are there goes on', async () => {
		await bench.ask('warm');
		bench.isDatabaseDown = true;

		expect(await bench.ask('cold')).toMatchObject({ reasons: [{ code: 'storeUnavailable' }] });
		expect(await bench.ask('warm')).toMatchObject({ decision: 'allow', degraded: false });
		bench.now += 60_000;
		await expect(bench.expire()).rejects.toThrow(StoreUnavailableError);
		expect(bench.parts.watch.isDown).toBe(false);
	});

	it('is waited for by nobody once it is back', async () => {
		bench.isDatabaseDown = true;
		await bench.ask('cold');
		bench.isDatabaseDown = false;
		const started = performance.now();

		expect(await bench.ask('cold')).toMatchObject({ decision: 'allow' });
		expect(performance.now() - started).toBeLessThan(1000);
	});

	it('delays the alert that the counter store is away, and does not lose it', async () => {
		await bench.loseStore();
		bench.now += 3000;
		bench.isDatabaseDown = true;
		await expect(bench.parts.watch.probe()).rejects.toThrow(StoreUnavailableError);
		bench.isDatabaseDown = false;
		await bench.parts.watch.probe();
		await bench.parts.watch.probe();

		expect(bench.raised).toEqual(['service.degraded']);
	});
});

describe('a counter store that was away', () => {
	it('lets through who was let go meanwhile', async () => {
		const { breakers } = bench.parts;
		const reason = 'by hand';
		await breakers.setBreaker('acme', { state: 'isolated', since: NOON, until: null, reason });
		await bench.loseStore();
		await breakers.setBreaker('acme', { state: 'closed' });
		await bench.findStore();

		expect(await bench.ask('acme')).toMatchObject({ decision: 'allow' });
	});

	it('is told of what was settled while it was being brought back', async () => {
		const decision = await bench.ask('acme');
		const reservationId = decision.decision === 'allow' ? decision.reservationId : '';
		const event = usageEvent({ subject: 'acme', time: iso(NOON), data: { reservationId } });
		const priced = { costMicroCents: 7, contextTokens: 0, lineItems: [] };
		const row = usageRow(event, { ...priced, costSource: 'price' }, NOON);
		await bench.loseStore();
		bench.before = (name) => {
			if (name === 'chill') bench.parts.usageCounter.owe(row, []);
			bench.before = name === 'chill' ? quiet : bench.before;
		};
		await bench.findStore();
		await bench.parts.watch.probe();

		expect(await bench.held('acme')).toBe(0);
	});

	it.each([
		['while it was away', true],
		['unnoticed, of a tenant that asks no more', false],
	])('books a lease that ended %s, though it forgot it', async (_when, isNoticed) => {
		await bench.ask('acme');
		if (isNoticed) await bench.loseStore();
		bench.emptyStore();
		bench.now += 60_000;
		await bench.expire();
		if (isNoticed) await bench.findStore();
		await bench.expire();

		expect(bench.recorded).toHaveLength(1);
	});

	it('holds nothing for a call that was refused because the answer came too late', async () => {
		await bench.ask('acme');
		bench.after = (name) => {
			if (name === 'reserve') throw unavailable();
		};
		expect(await bench.ask('acme')).toMatchObject({ decision: 'reject' });
		bench.after = quiet;
		expect(await bench.held('acme')).toBe(20);
		await bench.findStore();

		expect(await bench.held('acme')).toBe(10);
	});
});

describe('a service that was killed between recording a call and counting it', () => {
	it('has the call counted all the same when its caller tells it again', async () => {
		const decision = await bench.ask('acme');
		const reservationId = decision.decision === 'allow' ? decision.reservationId : '';
		const event = usageEvent({ subject: 'acme', time: iso(NOON), data: { reservationId } });
		bench.known = { tenantId: 'acme', costMicroCents: 7, reservationId };

		expect(await bench.pipeline().settle(reservationId, event, NOON)).toEqual({
			outcome: 'alreadySettled',
			costMicroCents: 7,
		});
		expect(await bench.held('acme')).toBe(10);
		const used = { microCents: 7, inputTokens: 0, cacheReadTokens: 0, outputTokens: 0 };
		bench.usedFor = [{ reservationId, ...used }];
		bench.now += 60_000;
		await bench.expire();
		expect(await bench.standing('acme')).toMatchObject({ spent: 7, held: 0 });
	});
});

describe('a clock that was moved back', () => {
	it('does not keep from letting a tenant go', async () => {
		const { breakers } = bench.parts;
		const reason = 'by hand';
		await breakers.setBreaker('acme', { state: 'isolated', since: NOON, until: null, reason });
		bench.now -= 3_600_000;
		await breakers.setBreaker('acme', { state: 'closed' });

		expect(breakers.of('acme', bench.now)).toEqual({ state: 'closed' });
	});
});
