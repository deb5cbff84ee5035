import { startPgliteServer } from './servers/pgliteServer.ts';
import { startRedis, type RedisServer } from './servers/redisServer.ts';
import { startTestService, type Api } from './service.ts';

export type TestReplicas = { apis: Api[]; redis: RedisServer; stop(): Promise<void> };

const SIGNING_KEY = 'the-signing-key-that-all-replicas-share';

/** Real services on one real Redis and one Postgres (PGlite behind a socket). */
export async function startTestReplicas(
	count: number,
	env: Record<string, string> = {},
): Promise<TestReplicas> {
	const redis = await startRedis();
	const database = await startPgliteServer();
	const stores = {
		REDIS_URL: redis.url,
		DATABASE_URL: database.url,
		FUSE_SIGNING_KEY: SIGNING_KEY,
	};
	const apis: Api[] = [];
	for (let i = 0; i < count; i++) apis.push(await startTestService({ ...stores, ...env }));

	return {
		apis,
		redis,
		async stop() {
			await Promise.all(apis.map(({ service }) => service.close()));
			await database.stop();
			await redis.stop();
		},
	};
}
