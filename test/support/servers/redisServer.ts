import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../e2e/harness/freePort.ts';
import { findProgram } from './findProgram.ts';
import { startServerProcess } from './serverProcess.ts';

const PROGRAM = findProgram('redis-server');

/** Whether a real Redis can be started here: Debian's package `redis-server` is enough. */
export function hasRedis(): boolean {
	return PROGRAM !== undefined;
}

export type RedisServer = {
	/** `redis://127.0.0.1:6379` */
	url: string;
	port: number;
	stop(): Promise<void>;
	/** SIGKILL: connections break, nothing is kept. */
	kill(): Promise<void>;
	/** Ends it if it still runs, and starts it again on the same port: empty, without its scripts. */
	restart(): Promise<void>;
	/** Runs something while nobody hears what is published; commands are answered as ever. */
	silence(run: () => Promise<void>): Promise<void>;
	/** Connections stay, answers do not come until `resume`. */
	pause(): void;
	resume(): void;
};

/** A Redis of its own on a loopback port, in memory only. `args` are further options of redis-server. */
export async function startRedis(
	options: { args?: string[]; port?: number } = {},
): Promise<RedisServer> {
	if (PROGRAM === undefined) throw new Error('redis-server is not installed');
	const command = PROGRAM;
	const port = options.port ?? (await freePort());
	const folder = await mkdtemp(join(tmpdir(), 'llm-fuse-redis-'));
	const args = [
		...['--port', String(port), '--bind', '127.0.0.1'],
		...['--save', '', '--appendonly', 'no'],
		...(options.args ?? []),
	];
	const start = () => startServerProcess({ command, args, folder, isReady: () => answers(port) });
	let server = await start();

	return {
		url: `redis://127.0.0.1:${port}`,
		port,
		async stop() {
			await server.end('SIGTERM');
			await rm(folder, { recursive: true, force: true });
		},
		kill: () => server.end('SIGKILL'),
		async restart() {
			await server.end('SIGKILL');
			server = await start();
		},
		async silence(run) {
			await mayPublish(port, false);
			try {
				await run();
			} finally {
				await mayPublish(port, true);
			}
		},
		pause: () => server.signal('SIGSTOP'),
		resume: () => server.signal('SIGCONT'),
	};
}

async function answers(port: number): Promise<boolean> {
	await withClient(port, (redis) => redis.ping());
	return true;
}

function mayPublish(port: number, allowed: boolean): Promise<unknown> {
	const rule = allowed ? '+publish' : '-publish';

	return withClient(port, (redis) => redis.acl('SETUSER', 'default', rule));
}

async function withClient(port: number, use: (redis: Redis) => Promise<unknown>): Promise<void> {
	const redis = new Redis({
		host: '127.0.0.1',
		port,
		lazyConnect: true,
		retryStrategy: () => null,
	});
	// What goes wrong is told by `connect` and `quit` as well.
	redis.on('error', () => undefined);
	await redis.connect();
	await use(redis);
	await redis.quit();
}
