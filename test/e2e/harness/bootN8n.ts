import { join } from 'node:path';
import { installN8n } from '../installN8n.mjs';
import { freePort } from './freePort.ts';
import { startProcess, type StartedProcess } from './startProcess.ts';
import { waitUntilReady } from './waitUntilReady.ts';

interface N8nProcess {
	/** Names its log. */
	name: string;
	/** What n8n's command line is told: `start`, `worker --concurrency=5`. */
	args: string[];
	/** Where it keeps community packages and, with SQLite, its database. */
	userFolder: string;
	/** Port it answers health checks at. */
	port: number;
	env: Record<string, string>;
	folder: string;
}

/** Starts one process of n8n; it is ready when this resolves. */
export async function bootN8n(settings: N8nProcess): Promise<StartedProcess> {
	const { name, args, userFolder, port, env, folder } = settings;
	const started = startProcess({
		name,
		args: [join(installN8n(), 'node_modules/n8n/bin/n8n'), ...args],
		env: {
			...quietAndOffline,
			N8N_USER_FOLDER: userFolder,
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...env,
		},
		folder,
	});
	await waitUntilReady(started, {
		name,
		url: `http://127.0.0.1:${port}/healthz/readiness`,
		timeoutMs: 120_000,
	});
	return started;
}

const quietAndOffline = {
	N8N_ENCRYPTION_KEY: 'end-to-end-tests-only',
	N8N_SECURE_COOKIE: 'false',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_AI_GATEWAY_ENABLED: 'false',
	N8N_PYTHON_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
	N8N_LOG_LEVEL: 'info',
};
