import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { openPgliteDatabase } from './adapters/pglite/pgliteDatabase.ts';
import { createPinoLog } from './adapters/pino/pinoLog.ts';
import { createPrometheusMetrics } from './adapters/prometheus/prometheusMetrics.ts';
import { createApp } from './app.ts';
import { buildBackground } from './background.ts';
import { buildCore, type ServiceParts } from './build.ts';
import { ConfigError, randomKey, type Config } from './config.ts';
import { buildRoutes } from './http/routes/index.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import { loadSigningKey, webhookSecret } from './signingKey.ts';

export type Service = {
	/** `http://127.0.0.1:8787` */
	url: string;
	/** The admin key that was made because there was none; it is not kept anywhere. */
	newAdminKey: string | undefined;
	/** Takes no new requests, finishes what is under way, then closes the database. Safe to call twice. */
	close(): Promise<void>;
};

const MIGRATIONS_DIR = join(import.meta.dirname, '../../supabase/migrations');
const WEB_DIR = join(import.meta.dirname, '../web');
/** Callers that keep a connection open do not hold a shutdown up longer than this. */
const CLOSE_GRACE_MS = 10_000;

/** Wires every part and listens. The clock is the system's, unless a replay or a test brings its own. */
export async function startService(config: Config, clock: Clock = systemClock): Promise<Service> {
	const log = createPinoLog(config.logLevel);
	const { metrics, render } = createPrometheusMetrics();
	const signingKey = await loadSigningKey(config);
	const database = await openPgliteDatabase({
		dataDir: config.dataDir === 'memory' ? 'memory' : join(config.dataDir, 'database'),
		migrationsDir: MIGRATIONS_DIR,
	});
	const secretOf = (webhookId: string) => webhookSecret(signingKey, webhookId);
	const parts = await buildCore({ config, clock, log, metrics, database, secretOf });
	const newAdminKey = await ensureAdminKey(parts, config);

	let closing = false;
	const faults = async () => (closing ? { service: 'shutting down' } : await databaseFaults(parts));
	const app = createApp({
		routes: buildRoutes(parts),
		keys: parts.keys,
		clock,
		metrics,
		log,
		webDir: WEB_DIR,
		faults,
		renderMetrics: render,
	});
	const server = createServer(app);
	await listen(server, config);
	const ticker = buildBackground(parts);
	const url = addressOf(server, config.host);
	log.info({ url }, 'service listens');

	let closed: Promise<void> | undefined;
	const shutDown = async () => {
		closing = true;
		await closeServer(server);
		await ticker.stop();
		await parts.dispatcher.idle();
		await database.close();
		log.info({}, 'service closed');
	};
	return { url, newAdminKey, close: () => (closed ??= shutDown()) };
}

/** A service nobody can talk to is useless: without a configured key the first start makes one. */
async function ensureAdminKey(
	{ keys, clock }: ServiceParts,
	config: Config,
): Promise<string | undefined> {
	const by = { actor: 'start', now: clock.now() };
	const admin = { name: 'admin', role: 'admin', tenantId: null } as const;
	if (config.adminKey !== undefined) {
		await keys.create({ ...admin, key: config.adminKey }, by);
		return undefined;
	}
	if (keys.list().some(({ role }) => role === 'admin')) return undefined;

	return (await keys.create({ ...admin, key: `fuse_${randomKey()}` }, by)).key;
}

async function databaseFaults({ database }: ServiceParts): Promise<Record<string, string>> {
	try {
		await database.call('outbox_summary', {});
		return {};
	} catch {
		return { database: 'does not answer' };
	}
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
		throw taken ? new ConfigError([`FUSE_PORT: ${port} on ${host} is in use`]) : error;
	}
}

async function closeServer(server: Server): Promise<void> {
	const closed = once(server, 'close');
	server.close();
	server.closeIdleConnections();
	const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
	await closed;
	clearTimeout(grace);
}

function addressOf(server: Server, host: string): string {
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;

	return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
