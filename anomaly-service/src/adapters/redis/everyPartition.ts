import { Cluster, type Redis } from 'ioredis';
import { COUNTS_PATTERN, keysOfCounts, type PartitionKeys } from './keys.ts';
import type { RedisLink } from './redisLink.ts';

/** Keys looked at by one command: it takes well under a millisecond, and others get their turn in between. */
const LOOK_AT = 1000;

/** The partitions that have counts, some at a time; one that comes meanwhile may be missed. */
export async function* everyPartition(link: RedisLink): AsyncGenerator<PartitionKeys[]> {
	const nodes = await link.send(async (client) => mastersOf(client));
	for (const node of nodes) {
		let cursor = '0';
		do {
			const [next, keys] = await link.send(() =>
				node.scan(cursor, 'MATCH', COUNTS_PATTERN, 'COUNT', LOOK_AT),
			);
			cursor = next;
			yield keys.map(keysOfCounts);
		} while (cursor !== '0');
	}
}

function mastersOf(client: Redis | Cluster): Redis[] {
	return client instanceof Cluster ? client.nodes('master') : [client];
}
