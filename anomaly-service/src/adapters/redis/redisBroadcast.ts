import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Broadcast, BroadcastMessage, Received } from '../../ports/broadcast.ts';
import {
	CONNECTION,
	FIRST_CONNECTION_MS,
	retryDelayMs,
	SILENCE_MS,
	type RedisClient,
} from './connect.ts';
import { BROADCAST_CHANNEL } from './keys.ts';
import { parseRedisUrl, type RedisNode } from './redisUrl.ts';
import { inTime } from './timeLimit.ts';

/**
 * Pub/sub: every replica hears every message within a millisecond, in a cluster through whichever node, and nothing is
 * kept for those that are away. A line that was lost is replaced by one to the next node.
 */
export class RedisBroadcast implements Broadcast {
	readonly self = randomUUID();
	/** Also used by others, and not closed here. */
	readonly #publisher: RedisClient;
	readonly #nodes: readonly [RedisNode, ...RedisNode[]];
	readonly #handlers: ((received: Received) => void)[] = [];
	readonly #gapHandlers: (() => void)[] = [];
	#subscriber: Redis | undefined;
	#pinging: NodeJS.Timeout | undefined;
	#retrying: NodeJS.Timeout | undefined;
	#tries = 0;
	#hasListened = false;
	#isClosed = false;

	private constructor(publisher: RedisClient, url: string) {
		this.#publisher = publisher;
		this.#nodes = parseRedisUrl(url).nodes;
	}

	/** Resolves when it listens, or when the store does not answer: then it goes on trying. */
	static async open({
		publisher,
		url,
	}: {
		publisher: RedisClient;
		url: string;
	}): Promise<RedisBroadcast> {
		const broadcast = new RedisBroadcast(publisher, url);
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, FIRST_CONNECTION_MS);
			broadcast.#connect(() => {
				clearTimeout(timer);
				resolve();
			});
		});
		return broadcast;
	}

	async publish(message: BroadcastMessage): Promise<void> {
		if (this.#publisher.status !== 'ready') return;
		const text = JSON.stringify({ from: this.self, message } satisfies Received);
		try {
			await inTime(this.#publisher.publish(BROADCAST_CHANNEL, text));
		} catch {
			// Whoever misses it reads it from its store within seconds.
		}
	}

	listen(handler: (received: Received) => void): void {
		this.#handlers.push(handler);
	}

	onGap(handler: () => void): void {
		this.#gapHandlers.push(handler);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#retrying);
		clearInterval(this.#pinging);
		this.#subscriber?.disconnect();
	}

	#connect(onFirst?: () => void): void {
		const nodes = this.#knownNodes();
		const node = nodes[this.#tries % nodes.length] ?? this.#nodes[0];
		const subscriber = new Redis({
			...node,
			...CONNECTION,
			// The next line goes to another node.
			retryStrategy: () => null,
		});
		this.#subscriber = subscriber;
		// What goes wrong ends the line, and 'end' is what counts.
		subscriber.on('error', () => undefined);
		subscriber.on('message', (_channel, text) => this.#receive(text));
		subscriber.once('end', () => this.#reconnect(onFirst));
		subscriber.subscribe(BROADCAST_CHANNEL).then(
			() => {
				this.#tries = 0;
				this.#keepAlive(subscriber);
				if (this.#hasListened) for (const handle of this.#gapHandlers) handle();
				this.#hasListened = true;
				onFirst?.();
			},
			() => subscriber.disconnect(),
		);
	}

	#reconnect(onFirst?: () => void): void {
		clearInterval(this.#pinging);
		if (this.#isClosed) return;
		this.#tries += 1;
		this.#retrying = setTimeout(() => this.#connect(onFirst), retryDelayMs(this.#tries));
	}

	/** A line nobody speaks on may be dead: a ping without an answer ends it. */
	#keepAlive(subscriber: Redis): void {
		this.#pinging = setInterval(() => {
			subscriber.ping().catch(() => subscriber.disconnect());
		}, SILENCE_MS);
		this.#pinging.unref();
	}

	/** Those the URL names, and in a cluster those it told us of. */
	#knownNodes(): RedisNode[] {
		const publisher = this.#publisher;
		if (publisher instanceof Redis) return [...this.#nodes];
		const others = publisher
			.nodes()
			.flatMap(({ options: { host, port } }) =>
				host === undefined || port === undefined ? [] : [{ ...this.#nodes[0], host, port }],
			);
		return [...this.#nodes, ...others];
	}

	#receive(text: string): void {
		const received = parseReceived(text);
		if (received === undefined || received.from === this.self) return;
		for (const handle of this.#handlers) handle(received);
	}
}

/** Undefined for what is none of ours: the channel is open to whoever reaches the Redis. */
function parseReceived(text: string): Received | undefined {
	try {
		const given: unknown = JSON.parse(text);
		if (typeof given !== 'object' || given === null) return undefined;
		const { from, message } = given as { from?: unknown; message?: unknown };
		const isOurs = typeof message === 'object' && message !== null && 'kind' in message;

		return typeof from === 'string' && isOurs
			? { from, message: message as BroadcastMessage }
			: undefined;
	} catch {
		return undefined;
	}
}
