import { Cluster, Redis } from 'ioredis';
import { parseRedisUrl, type RedisNode } from './redisUrl.ts';

export type RedisClient = Redis | Cluster;

/**
 * A connection that is silent for so long after a command is broken, and replaced: without this a cable that was pulled
 * is noticed after a quarter of an hour.
 */
export const SILENCE_MS = 1000;
/** A restart takes a second or two: long waits between tries would make it longer. Tries go on for ever. */
const RETRY = { firstMs: 20, maxMs: 500 };
/** How long a start waits for the store; then it goes on without, as it does when the store goes away later. */
export const FIRST_CONNECTION_MS = 2000;
/** Slots move rarely, and a caller waits. */
const MAX_REDIRECTIONS = 4;

export const CONNECTION = {
	connectTimeout: SILENCE_MS,
	socketTimeout: SILENCE_MS,
	// A store that is gone does not say goodbye: nobody's end waits for it.
	disconnectTimeout: 100,
	// What was sent over a broken connection may have been done: sent again it would be done twice.
	autoResendUnfulfilledCommands: false,
	maxRetriesPerRequest: 0,
};

export function retryDelayMs(tries: number): number {
	return Math.min(RETRY.maxMs, RETRY.firstMs * 2 ** Math.min(tries, 10));
}

/** Opens the store. When it does not answer yet, the client goes on trying and refuses commands meanwhile. */
export async function connectRedis(url: string): Promise<RedisClient> {
	const { nodes, isCluster } = parseRedisUrl(url);
	const client = isCluster ? openCluster(nodes) : openSingle(nodes[0]);
	// Every command that fails says so itself.
	client.on('error', () => undefined);
	await new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, FIRST_CONNECTION_MS);
		client.once('ready', () => {
			clearTimeout(timer);
			resolve();
		});
	});
	return client;
}

function openSingle(node: RedisNode): Redis {
	return new Redis({
		...node,
		...CONNECTION,
		enableOfflineQueue: false,
		retryStrategy: retryDelayMs,
	});
}

function openCluster(nodes: readonly [RedisNode, ...RedisNode[]]): Cluster {
	const [{ username, password, tls }] = nodes;
	const login = {
		...(username === undefined ? {} : { username }),
		...(password === undefined ? {} : { password }),
		...(tls === undefined ? {} : { tls }),
	};
	return new Cluster(
		nodes.map(({ host, port }) => ({ host, port })),
		{
			redisOptions: { ...login, ...CONNECTION },
			clusterRetryStrategy: retryDelayMs,
			enableOfflineQueue: false,
			maxRedirections: MAX_REDIRECTIONS,
			retryDelayOnFailover: RETRY.firstMs,
			retryDelayOnClusterDown: RETRY.firstMs,
			retryDelayOnTryAgain: RETRY.firstMs,
			slotsRefreshTimeout: SILENCE_MS,
		},
	);
}
