import { join } from 'node:path';
import { openPgliteDatabase } from './adapters/pglite/pgliteDatabase.ts';
import { createPinoLog } from './adapters/pino/pinoLog.ts';
import { createPrometheusMetrics } from './adapters/prometheus/prometheusMetrics.ts';
import { createApp } from './app.ts';
import { buildBackground } from './background.ts';
import { buildCore, type ServiceParts } from './build.ts';
import { ConfigError, type Config } from './config.ts';
import { openListener, type Listener } from './http/listener.ts';
import { buildRoutes } from './http/routes/index.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import type { Database } from './ports/database.ts';
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
/** With the 2 s of deliveries under way, a shutdown takes less than 5 s whatever callers and receivers do. */
const REQUEST_GRACE_MS = 2500;

/** Wires every part and listens. The clock is the system's, unless a replay or a test brings its own. */
export async function startService(config: Config, clock: Clock = systemClock): Promise<Service> {
	// First of all: a second start on the same port ends here, before it touches the data folder.
	const listener = await openListener(config);
	try {
		const database = await openPgliteDatabase({
			dataDir: config.dataDir === 'memory' ? 'memory' : join(config.dataDir, 'database'),
			migrationsDir: MIGRATIONS_DIR,
		});
		try {
			return await runOn(listener, database, config, clock);
		} catch (error) {
			await database.close();
			throw error;
		}
	} catch (error) {
		await listener.close(0);
		throw error;
	}
}

async function runOn(
	listener: Listener,
	database: Database,
	config: Config,
	clock: Clock,
): Promise<Service> {
	const { url } = listener;
	const log = createPinoLog(config.logLevel);
	const { metrics, render } = createPrometheusMetrics();
	const signingKey = await loadSigningKey(config);
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
	const ticker = buildBackground(parts);
	listener.serve(app);
	log.info({ url }, 'service listens');

	let closed: Promise<void> | undefined;
	const shutDown = async () => {
		closing = true;
		await listener.close(REQUEST_GRACE_MS);
		parts.baselines.stop();
		await ticker.stop();
		await parts.actor.recordPending();
		await parts.dispatcher.stop();
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
		const registered = await keys.register(config.adminKey, admin, by);
		if (registered?.role === 'admin') return undefined;
		const fault = registered
			? `is a service key with the role ${registered.role}`
			: 'was revoked, which is for good';
		throw new ConfigError([`FUSE_ADMIN_KEY: this key ${fault}; set another one`]);
	}
	if (keys.list().some(({ role }) => role === 'admin')) return undefined;

	return (await keys.create(admin, by)).key;
}

async function databaseFaults({ database }: ServiceParts): Promise<Record<string, string>> {
	try {
		await database.call('outbox_summary', {});
		return {};
	} catch {
		return { database: 'does not answer' };
	}
}
