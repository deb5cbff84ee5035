import { Cluster } from 'ioredis';
import { connectRedis } from '../../anomaly-service/src/adapters/redis/connect.ts';
import { RedisCounters } from '../../anomaly-service/src/adapters/redis/redisCounters.ts';
import { StoreUnavailableError } from '../../anomaly-service/src/ports/database.ts';
import { poll } from '../e2e/harness/poll.ts';
import { startRedisCluster } from '../support/servers/redisCluster.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { budgetPerDay, CountersBench, requestsPerMinute } from './counters/countersBench.ts';

describeWith('Redis', hasRedis())('limits of a tenant and shared ones in two slots', () => {
	const cluster = suiteServer(startRedisCluster);
	let client: Cluster;
	let bench: CountersBench;

	beforeEach(async () => {
		const ports = cluster().nodes.map(({ port }) => `127.0.0.1:${port}`);
		const opened = await connectRedis(`redis-cluster://${ports.join(',')}`);
		if (!(opened instanceof Cluster)) throw new Error('not a cluster');
		client = opened;
		await Promise.all(client.nodes('master').map((node) => node.flushall()));
		bench = await CountersBench.open(async (clock) => new RedisCounters({ client, clock }));
	});
	afterEach(() => bench.counters.close());

	const shared = (capacity: number) =>
		requestsPerMinute(capacity, { scope: 'global', shared: true });

	it('are all held or none, and a refused ask may be made again under its id', async () => {
		const limits = [budgetPerDay(100), shared(1)];
		await bench.reserve({ limits });
		const refused = await bench.reserve({ limits, reservationId: 'again' });
		expect(refused.kind).toBe('limitExceeded');
		expect(await bench.totals(limits)).toEqual([
			{ spent: 0, held: 10 },
			{ spent: 0, held: 1 },
		]);

		bench.now += 61_000;
		expect((await bench.reserve({ limits, reservationId: 'again' })).kind).toBe('held');
	});

	it('are named together when both are in the way', async () => {
		const refused = await bench.reserve({ limits: [budgetPerDay(5), shared(0)] });

		expect(refused).toMatchObject({
			exceeded: [{ limit: { scope: 'tenant' } }, { limit: { scope: 'global' } }],
		});
	});

	it('are caught up on when only the tenant was held, as after a crash in between', async () => {
		const limits = [budgetPerDay(100), shared(5)];
		const asked = { limits, reservationId: 'r' };
		await bench.reserve(asked);
		await client.del('fuse:1:{shared}:holds', 'fuse:1:{shared}:counts');
		await bench.warm(bench.applied([shared(5)]));
		expect(await bench.totals([shared(5)])).toEqual([{ spent: 0, held: 0 }]);

		expect((await bench.reserve(asked)).kind).toBe('held');
		expect(await bench.totals(limits)).toEqual([
			{ spent: 0, held: 10 },
			{ spent: 0, held: 1 },
		]);
	});

	it('are never admitted over a capacity while tenants of all slots compete', async () => {
		const limits = [shared(40)];
		await bench.warm(bench.applied(limits));
		const asks = Array.from({ length: 200 }, (_, i) =>
			bench.reserve({ limits, call: { tenantId: `tenant-${i % 23}` } }),
		);
		const held = (await Promise.all(asks)).filter(({ kind }) => kind === 'held');

		expect(held).toHaveLength(40);
	});

	it('say that the store is away when a master is, and work again when it is back', async () => {
		const [first] = cluster().nodes;
		await first?.kill();
		const tenants = Array.from({ length: 30 }, (_, i) => `tenant-${i}`);
		const outcomes = await Promise.allSettled(
			tenants.map((tenantId) => bench.reserve({ limits: [], call: { tenantId } })),
		);
		const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
		expect(failed.length).toBeGreaterThan(0);
		for (const { reason } of failed) expect(reason).toBeInstanceOf(StoreUnavailableError);

		await first?.restart();
		await poll({ what: 'the cluster', timeoutMs: 20_000 }, async () => {
			try {
				await Promise.all(
					tenants.map((tenantId) => bench.reserve({ limits: [], call: { tenantId } })),
				);
				return true;
			} catch {
				return undefined;
			}
		});
	});
});
