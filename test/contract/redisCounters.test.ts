import { Redis } from 'ioredis';
import { connectRedis } from '../../anomaly-service/src/adapters/redis/connect.ts';
import { RedisCounters } from '../../anomaly-service/src/adapters/redis/redisCounters.ts';
import { hasRedis, startRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { countersContract } from './countersContract.ts';

describeWith('Redis', hasRedis())('one Redis', () => {
	const server = suiteServer(startRedis);

	countersContract('Redis', async (clock) => {
		const client = await connectRedis(server().url);
		if (client instanceof Redis) await client.flushall();
		return new RedisCounters({ client, clock });
	});
});
