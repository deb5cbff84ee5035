import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installN8n } from '../installN8n.mjs';
import { freePort } from './freePort.ts';
import { installPackage } from './installPackage.ts';
import { startProcess, type StartedProcess } from './startProcess.ts';
import { waitUntilReady } from './waitUntilReady.ts';

export interface RunningN8n extends StartedProcess {
	baseUrl: string;
}

/** Boots n8n with an empty database and the freshly built node package; it is ready when this resolves. */
export async function startN8n(folder: string): Promise<RunningN8n> {
	const userFolder = join(folder, 'n8n');
	mkdirSync(userFolder, { recursive: true });
	installPackage(userFolder);

	const port = await freePort();
	const baseUrl = `http://127.0.0.1:${port}`;
	const n8n = startProcess({
		name: 'n8n',
		args: [join(installN8n(), 'node_modules/n8n/bin/n8n'), 'start'],
		env: {
			...quietAndOffline,
			N8N_USER_FOLDER: userFolder,
			N8N_PORT: String(port),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			N8N_WEBHOOK_URL: `${baseUrl}/`,
		},
		folder,
	});
	await waitUntilReady(n8n, {
		name: 'n8n',
		url: `${baseUrl}/healthz/readiness`,
		timeoutMs: 120_000,
	});
	return { ...n8n, baseUrl };
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
