import { join } from 'node:path';
import { startRedis, type RedisServer } from '../test/support/servers/redisServer.ts';
import { startChild } from './childProcess.ts';
import { startServiceProcess, type ServiceProcess } from './serviceProcess.ts';

const PGLITE = join(import.meta.dirname, '../test/support/servers/pgliteServerProcess.ts');

export type Replicas = {
	services: ServiceProcess[];
	redis: RedisServer;
	/** Asks one of the replicas, by turns when none is named. */
	send(method: string, path: string, body?: unknown, replica?: number): Promise<Answer>;
	stop(): Promise<void>;
};
export type Answer = { status: number; body: Record<string, unknown> };

/** So many service processes on one Redis and one Postgres (PGlite behind a socket, in a process of its own). */
export async function startReplicas(
	count: number,
	env: Record<string, string> = {},
): Promise<Replicas> {
	const redis = await startRedis();
	const database = await startChild(PGLITE);
	const services: ServiceProcess[] = [];
	// One after another: the first applies the migrations.
	for (let i = 0; i < count; i++) {
		const stores = { DATABASE_URL: database.url, REDIS_URL: redis.url };
		services.push(await startServiceProcess({ ...stores, ...env }));
	}
	let turn = 0;

	return {
		services,
		redis,
		async send(method, path, body, replica = turn++ % services.length) {
			const service = services[replica];
			if (!service) throw new RangeError(`there are ${services.length} replicas`);
			const response = await fetch(service.url + path, {
				method,
				headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
			const text = await response.text();
			const parsed = text === '' ? {} : (JSON.parse(text) as Answer['body']);
			return { status: response.status, body: parsed };
		},
		async stop() {
			await Promise.all(services.map((service) => service.stop()));
			await database.stop();
			await redis.stop();
		},
	};
}
