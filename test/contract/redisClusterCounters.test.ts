import { Cluster } from 'ioredis';
import { connectRedis } from '../../anomaly-service/src/adapters/redis/connect.ts';
import { RedisCounters } from '../../anomaly-service/src/adapters/redis/redisCounters.ts';
import { startRedisCluster } from '../support/servers/redisCluster.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { countersContract } from './countersContract.ts';

describeWith('Redis', hasRedis())('a Redis Cluster of three masters', () => {
	const cluster = suiteServer(startRedisCluster);

	countersContract('Redis Cluster', async (clock) => {
		const ports = cluster().nodes.map(({ port }) => `127.0.0.1:${port}`);
		const client = await connectRedis(`redis-cluster://${ports.join(',')}`);
		if (client instanceof Cluster) {
			await Promise.all(client.nodes('master').map((node) => node.flushall()));
		}
		return new RedisCounters({ client, clock });
	});
});
