import { Redis } from 'ioredis';
import { freePort } from '../../e2e/harness/freePort.ts';
import { poll } from '../../e2e/harness/poll.ts';
import { startRedis, type RedisServer } from './redisServer.ts';

/** Fewer than three masters cannot agree that one of them is gone. */
const MASTERS = 3;
const SLOTS = 16_384;
/** A master that is silent this long is held for gone. */
const NODE_TIMEOUT_MS = 2000;

export type RedisCluster = { nodes: RedisServer[]; stop(): Promise<void> };

/** Three masters on loopback that share the slots, without replicas. */
export async function startRedisCluster(): Promise<RedisCluster> {
	const buses = new Map<RedisServer, number>();
	const start = async () => {
		// Not port + 10000, the default: the system hands out ports for which that is past the last one.
		const bus = await freePort();
		const node = await startRedis({
			args: [
				...['--cluster-enabled', 'yes', '--cluster-port', String(bus)],
				...['--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
			],
		});
		buses.set(node, bus);
	};
	const stop = async () => {
		await Promise.all([...buses.keys()].map((node) => node.stop()));
	};
	try {
		await Promise.all(Array.from({ length: MASTERS }, start));
		await join(buses);
	} catch (error) {
		await stop();
		throw error;
	}
	return { nodes: [...buses.keys()], stop };
}

async function join(buses: Map<RedisServer, number>): Promise<void> {
	const clients = [...buses.keys()].map((node) => new Redis(node.url));
	try {
		for (const [index, client] of clients.entries()) {
			const [first, last] = slotsOf(index);
			await client.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
			await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
		}
		for (const [node, bus] of buses) {
			await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', node.port, bus);
		}
		await poll({ what: 'the masters to agree on the slots' }, async () => {
			const states = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')));
			return states.every(isComplete) || undefined;
		});
	} finally {
		for (const client of clients) client.disconnect();
	}
}

function slotsOf(index: number): [first: number, last: number] {
	const boundary = (share: number) => Math.floor((share * SLOTS) / MASTERS);

	return [boundary(index), boundary(index + 1) - 1];
}

function isComplete(info: unknown): boolean {
	const text = String(info);

	return text.includes('cluster_state:ok') && text.includes(`cluster_known_nodes:${MASTERS}`);
}
