import { Redis } from 'ioredis';
import {
	connectRedis,
	type RedisClient,
} from '../../anomaly-service/src/adapters/redis/connect.ts';
import { RedisCounters } from '../../anomaly-service/src/adapters/redis/redisCounters.ts';
import { StoreUnavailableError } from '../../anomaly-service/src/ports/database.ts';
import { poll } from '../e2e/harness/poll.ts';
import { hasRedis, startRedis, type RedisServer } from '../support/servers/redisServer.ts';
import { describeWith } from '../support/servers/suiteServers.ts';
import { startTcpProxy } from '../support/servers/tcpProxy.ts';
import { budgetPerDay, CountersBench, requestsPerMinute } from './counters/countersBench.ts';

describeWith('Redis', hasRedis())('counters on a Redis with faults', () => {
	let server: RedisServer;
	let client: RedisClient;
	let bench: CountersBench;
	const limits = [requestsPerMinute(100)];
	const ask = () => bench.reserve({ limits });

	beforeEach(async () => {
		server = await startRedis();
		client = await connectRedis(server.url);
		bench = await CountersBench.open(async () => new RedisCounters({ client }));
	});
	afterEach(async () => {
		await bench.counters.close();
		server.resume();
		await server.stop();
	});

	/** How long it took to say that the store is away. */
	const failureMs = async (run: () => Promise<unknown>): Promise<number> => {
		const started = performance.now();
		await expect(run()).rejects.toBeInstanceOf(StoreUnavailableError);
		return performance.now() - started;
	};
	const back = () =>
		poll({ what: 'the store to answer again' }, async () => {
			try {
				return await bench.counters.now();
			} catch {
				return undefined;
			}
		});

	it('go on when Redis has forgotten the scripts', async () => {
		await ask();
		if (client instanceof Redis) await client.script('FLUSH');

		expect((await ask()).kind).toBe('held');
		expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 2 }]);
	});

	it('say within half a second that Redis was killed, and work again after its restart', async () => {
		await ask();
		await server.kill();

		expect(await failureMs(ask)).toBeLessThan(500);
		expect(await failureMs(() => bench.counters.now())).toBeLessThan(500);
		await server.restart();
		await back();
		expect((await ask()).kind).toBe('held');
		// What it had counted is gone: the hold of before is known to replicas only.
		expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 1 }]);
	});

	it('say within half a second that Redis is stuck, and hold nothing for those that gave up', async () => {
		await ask();
		server.pause();
		expect(await failureMs(ask)).toBeLessThan(500);
		expect(await failureMs(() => bench.settle('r', { microCents: 1 }))).toBeLessThan(500);

		server.resume();
		await back();
		expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 1 }]);
	});

	it('answer at once while the connection is down, and find back over a mended line', async () => {
		const proxy = await startTcpProxy(server.port);
		const throughProxy = await connectRedis(`redis://127.0.0.1:${proxy.port}`);
		const counters = new RedisCounters({ client: throughProxy });
		await proxy.cut();
		await poll({ what: 'the line to be noticed as cut' }, async () =>
			throughProxy.status === 'ready' ? undefined : true,
		);

		const failures = [];
		for (let ask = 0; ask < 5; ask++) failures.push(await failureMs(() => counters.now()));
		expect(Math.min(...failures)).toBeLessThan(50);
		await proxy.mend();
		await poll({ what: 'the line' }, async () => throughProxy.status === 'ready' || undefined);
		expect(await counters.now()).toBeGreaterThan(0);
		await counters.close();
		await proxy.stop();
	});

	it('notice a line that has gone silent and replace it', async () => {
		const proxy = await startTcpProxy(server.port);
		const throughProxy = await connectRedis(`redis://127.0.0.1:${proxy.port}`);
		const counters = new RedisCounters({ client: throughProxy });
		proxy.stall();
		expect(await failureMs(() => counters.now())).toBeLessThan(500);

		await poll({ what: 'the silent line to be dropped' }, async () =>
			throughProxy.status === 'ready' ? undefined : true,
		);
		proxy.resume();
		await poll({ what: 'a new line' }, async () => throughProxy.status === 'ready' || undefined);
		expect(await counters.now()).toBeGreaterThan(0);
		await counters.close();
		await proxy.stop();
	});

	it('answer asks of one moment in the order they came', async () => {
		const few = [requestsPerMinute(70)];
		await bench.warm(bench.applied(few));
		const results = await Promise.all(
			Array.from({ length: 150 }, () => bench.reserve({ limits: few })),
		);

		const kinds = results.map(({ kind }) => kind);
		expect(kinds).toEqual([
			...Array<string>(70).fill('held'),
			...Array<string>(80).fill('limitExceeded'),
		]);
	});

	it('answer asks of several tenants and limits at one moment, each by its own', async () => {
		const odd = 'ünlimited}{';
		await bench.warm(bench.applied([requestsPerMinute(0), budgetPerDay(15)]));
		await bench.warm(bench.applied([budgetPerDay(15)], { tenantId: odd }), odd);

		const results = await Promise.all([
			bench.reserve({ limits: [requestsPerMinute(0)] }),
			bench.reserve({ limits: [budgetPerDay(15)], call: { tenantId: odd } }),
			bench.reserve({ limits: [], call: { tenantId: 'third' } }),
			bench.reserve({ limits: [budgetPerDay(15)] }),
			bench.reserve({ limits: [budgetPerDay(15)], call: { tenantId: odd } }),
			bench.reserve({ limits: [budgetPerDay(15)], fillPct: 50 }),
		]);
		expect(results.map(({ kind }) => kind)).toEqual([
			...['limitExceeded', 'held', 'held'],
			...['held', 'limitExceeded', 'limitExceeded'],
		]);
	});

	it('answer the asks beside one that cannot be sent', async () => {
		const results = await Promise.allSettled([
			bench.reserve({ limits: [] }),
			bench.reserve({ limits: [], call: { nodeName: 'x'.repeat(70_000) } }),
			bench.reserve({ limits: [], call: { tenantId: 'beta' } }),
		]);

		expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
	});

	it('count by the clock of Redis, whatever the own clock says', async () => {
		const budget = [budgetPerDay(10)];
		const ownNow = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2020, 1, 29, 23));
		try {
			expect((await bench.reserve({ limits: budget })).kind).toBe('held');
			const refused = await bench.reserve({ limits: budget });
			if (refused.kind !== 'limitExceeded') throw new Error('admitted over capacity');
			const midnight = refused.exceeded[0]?.availableAt ?? 0;

			expect(midnight % 86_400_000).toBe(0);
			expect(midnight - refused.now).toBeLessThanOrEqual(86_400_000);
			expect(refused.now).toBeGreaterThan(Date.UTC(2026, 0, 1));
		} finally {
			ownNow.mockRestore();
		}
	});

	it('keep nothing for ever', async () => {
		if (!(client instanceof Redis)) throw new Error('not one Redis');
		const clock = { at: Date.now() };
		const counters = new RedisCounters({ client, clock: { now: () => clock.at } });
		const other = await CountersBench.open(async () => counters);
		other.now = clock.at;
		for (const reservationId of ['a', 'b', 'c']) await other.reserve({ limits, reservationId });
		await other.settle('a', { microCents: 1 }, limits);
		await other.release('b');
		clock.at += 3 * 3_600_000;
		const expired = await counters.expire();
		await counters.reported(expired.map((hold) => ({ ...hold, tenantId: 'acme' })));
		clock.at += 3 * 3_600_000;
		await counters.expire();

		const keys = (await client.keys('*')).sort();
		expect(keys).toEqual(['fuse:1:{t:acme}:counts']);
		expect(await client.hkeys('fuse:1:{t:acme}:counts')).toEqual(['meta']);
		expect(await client.ttl('fuse:1:{t:acme}:counts')).toBeGreaterThan(0);
	});
});
