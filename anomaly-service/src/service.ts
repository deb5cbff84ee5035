import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createPinoLog } from './adapters/pino/pinoLog.ts';
import { createPrometheusMetrics } from './adapters/prometheus/prometheusMetrics.ts';
import type { AppliedLimit } from '../../core/limits.ts';
import { createApp, type Readiness } from './app.ts';
import { buildBackground } from './background.ts';
import { buildCore, type ServiceParts } from './build.ts';
import { ConfigError, type Config } from './config.ts';
import { openListener, type Listener } from './http/listener.ts';
import { buildRoutes } from './http/routes/index.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import { loadSigningKey, webhookSecret } from './signingKey.ts';
import type { Ticker } from './ticker.ts';
import { openStores, type Stores } from './stores.ts';

export type Service = {
	/** `http://127.0.0.1:8787` */
	url: string;
	/** The admin key that was made because there was none; it is not kept anywhere. */
	newAdminKey: string | undefined;
	/** Takes no new requests, finishes what is under way, then closes the database. Safe to call twice. */
	close(): Promise<void>;
};

const WEB_DIR = join(import.meta.dirname, '../web');
const require = createRequire(import.meta.url);
/** uPlot as it was installed: the page loads nothing from elsewhere. */
const CHARTS_DIR = dirname(require.resolve('uplot'));
/** With the 2 s of deliveries under way, a shutdown takes less than 5 s whatever callers and receivers do. */
const REQUEST_GRACE_MS = 2500;

type StartOptions = {
	/** The system's, unless a replay or a test brings its own. */
	clock?: Clock | undefined;
	/** What a database in memory begins with, migrated before: seconds less of a test. */
	image?: Blob | undefined;
};

/** Wires every part and listens. */
export async function startService(config: Config, options: StartOptions = {}): Promise<Service> {
	// First of all: a second start on the same port ends here, before it touches the data folder.
	const listener = await openListener(config);
	try {
		const stores = await openStores(config, options);
		try {
			return await runOn(listener, stores, config, options.clock ?? systemClock);
		} catch (error) {
			await closeStores(stores);
			throw error;
		}
	} catch (error) {
		await listener.close(0);
		throw error;
	}
}

async function runOn(
	listener: Listener,
	stores: Stores,
	config: Config,
	clock: Clock,
): Promise<Service> {
	const { url } = listener;
	const log = createPinoLog(config.logLevel);
	const { metrics, render } = createPrometheusMetrics();
	const signingKey = await loadSigningKey(config);
	const secretOf = (webhookId: string) => webhookSecret(signingKey, webhookId);
	const parts = await buildCore({ ...stores, config, clock, log, metrics, secretOf });
	const newAdminKey = await ensureAdminKey(parts, config);

	let closing = false;
	const readiness = async () =>
		closing ? { ready: false, faults: { service: 'shutting down' } } : await readinessOf(parts);
	const app = createApp({
		routes: buildRoutes(routeParts(parts)),
		keys: parts.keys,
		virtualKeys: parts.virtualKeys,
		clock,
		metrics,
		log,
		webDir: WEB_DIR,
		chartsDir: CHARTS_DIR,
		readiness,
		renderMetrics: render,
	});
	const ticker = buildBackground(parts);
	listener.serve(app);
	log.info({ url }, 'service listens');

	let closed: Promise<void> | undefined;
	const shutDown = async () => {
		closing = true;
		try {
			await listener.close(REQUEST_GRACE_MS);
			await stopParts(parts, ticker);
		} finally {
			await closeStores(stores);
		}
		log.info({}, 'service closed');
	};
	return { url, newAdminKey, close: () => (closed ??= shutDown()) };
}

async function stopParts(parts: ServiceParts, ticker: Ticker): Promise<void> {
	parts.baselineRefresh.stop();
	parts.leases.stop();
	await ticker.stop();
	await parts.actor.recordPending();
	await parts.refusals.stop();
	// Side by side: each gives its receivers two seconds.
	await Promise.all([parts.dispatcher.stop(), parts.queueWorkers.stop()]);
	await parts.providerBook.stored();
	await parts.usageWriter.tellCounted();
}

/** What routes ask of the counters directly; 503 when they do not answer. */
function routeParts(parts: ServiceParts) {
	const { config, counters, warm } = parts;

	return {
		...parts,
		thresholds: config,
		limitStates: (tenantId: string, limits: readonly AppliedLimit[]) =>
			warm.limitStates(tenantId, limits),
		subjectsCounted: (tenantId: string) => counters.countersOf(tenantId),
	};
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

/**
 * Without the database nothing can be recorded. Without the counter store calls are still answered, as each limit says:
 * taking every replica out of service at once would refuse what is to be let through.
 */
async function readinessOf({ database, watch }: ServiceParts): Promise<Readiness> {
	const { downSince } = watch;
	const faults: Record<string, string> =
		downSince === null
			? {}
			: { counters: `does not answer since ${new Date(downSince).toISOString()}` };
	try {
		await database.call('outbox_summary', {});
		return { ready: true, faults };
	} catch {
		return { ready: false, faults: { ...faults, database: 'does not answer' } };
	}
}

async function closeStores({ broadcast, counters, database }: Stores): Promise<void> {
	await broadcast.close();
	await counters.close();
	await database.close();
}
