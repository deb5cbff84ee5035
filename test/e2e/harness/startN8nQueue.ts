import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../../support/servers/postgresServer.ts';
import { startRedis } from '../../support/servers/redisServer.ts';
import { bootN8n } from './bootN8n.ts';
import { freePort } from './freePort.ts';
import { connectToN8n, type N8nApi } from './n8nApi.ts';

export interface N8nQueue {
	n8n: N8nApi & { baseUrl: string };
	/** What the process that runs the executions has logged. */
	workerLog: () => string;
	logs: () => string;
	stop: () => Promise<void>;
}

interface QueueOptions {
	/** Where both keep their folders and logs. */
	folder: string;
	/** The folder `.n8n/nodes` of an n8n that has the package installed. */
	nodesFolder: string;
}

/** n8n in queue mode: one main, one worker, Redis between them, Postgres below, each process with a package of its own. */
export async function startN8nQueue({ folder, nodesFolder }: QueueOptions): Promise<N8nQueue> {
	const ends: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const end of ends.splice(0).reverse()) await end();
	};
	const ending = <T extends { stop: () => Promise<void> }>(part: T): T => {
		ends.push(() => part.stop());
		return part;
	};

	try {
		const [redis, postgres] = [ending(await startRedis()), ending(await startPostgres())];
		const port = await freePort();
		const baseUrl = `http://127.0.0.1:${port}`;
		const shared = {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			...databaseOf(postgres.url),
			N8N_WEBHOOK_URL: `${baseUrl}/`,
		};
		const boot = async (name: string, args: string[], own: { port: number; env: object }) => {
			const userFolder = join(folder, name);
			mkdirSync(join(userFolder, '.n8n'), { recursive: true });
			cpSync(nodesFolder, join(userFolder, '.n8n/nodes'), { recursive: true });
			const env = { ...shared, ...own.env };
			return ending(await bootN8n({ name, args, userFolder, port: own.port, env, folder }));
		};
		// The main first: it is the one that makes the tables.
		const main = await boot('n8n-main', ['start'], { port, env: { N8N_PORT: String(port) } });
		const health = await freePort();
		const worker = await boot('n8n-worker', ['worker', '--concurrency=5'], {
			port: health,
			env: { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(health) },
		});

		const n8n = { ...(await connectToN8n(baseUrl)), baseUrl };
		const logs = () => `--- n8n-main\n${main.log()}\n--- n8n-worker\n${worker.log()}\n`;
		return { n8n, workerLog: () => worker.log(), logs, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

function databaseOf(postgresUrl: string): Record<string, string> {
	const { hostname, port, username, pathname } = new URL(postgresUrl);

	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: hostname,
		DB_POSTGRESDB_PORT: port,
		DB_POSTGRESDB_USER: username,
		DB_POSTGRESDB_DATABASE: pathname.slice(1),
		// Every local connection is trusted.
		DB_POSTGRESDB_PASSWORD: 'any',
	};
}
