import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { freePort } from './freePort.ts';
import { startProcess, type StartedProcess } from './startProcess.ts';
import { waitUntilReady } from './waitUntilReady.ts';

const main = fileURLToPath(new URL('../../../anomaly-service/src/main.ts', import.meta.url));

export interface Incident {
	incidentId: string;
	tenantId: string;
	openedAt: string;
	alertText: string;
	actions: Array<{
		action: string;
		vendor: string;
		targetId: string;
		outcome: string;
		detail?: string;
	}>;
}

/** Answer of GET /v1/tenants/{id}/state, as far as it is looked at here. */
export interface TenantState {
	breaker: { state: string; incidentId?: string };
	limits: Array<{ limitId: string; held: number }>;
}

export interface RunningService extends StartedProcess {
	baseUrl: string;
	/** The key n8n works with: role operate, bound to no tenant. */
	apiKey: string;
	get: <T>(path: string) => Promise<T>;
	post: <T>(path: string, body: unknown) => Promise<T>;
	put: <T>(path: string, body: unknown) => Promise<T>;
	/** Kills it and starts it again, with the same settings at the same address; without a data folder it forgets all. */
	crash: () => Promise<void>;
	/** Stops it, and starts it again with the same settings at the same address when `run` is done. */
	whileDown: (run: () => Promise<void>) => Promise<void>;
	/** The incidents of a tenant, oldest first. */
	incidentsOf: (tenantId: string) => Promise<Incident[]>;
}

/** Starts the service with its real defaults (cap 10 USD per minute) on a database in memory. */
export async function startService(
	folder: string,
	settings: Record<string, string> = {},
): Promise<RunningService> {
	const port = await freePort();
	const baseUrl = `http://127.0.0.1:${port}`;
	const adminKey = `fuse_${randomBytes(24).toString('hex')}`;
	const env = {
		FUSE_PORT: String(port),
		FUSE_DATA_DIR: 'memory',
		FUSE_ADMIN_KEY: adminKey,
		FUSE_SIGNING_KEY: randomBytes(24).toString('hex'),
		...settings,
	};
	const boot = async () => {
		const started = startProcess({ name: 'service', args: [main], env, folder });
		await waitUntilReady(started, {
			name: 'the service',
			url: `${baseUrl}/readyz`,
			timeoutMs: 60_000,
		});
		return started;
	};
	let service = await boot();

	const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
		const answer = await fetch(baseUrl + path, {
			method,
			headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
		return JSON.parse(text);
	};
	const get: RunningService['get'] = (path) => call('GET', path);
	const post: RunningService['post'] = (path, body) => call('POST', path, body);
	const put: RunningService['put'] = (path, body) => call('PUT', path, body);
	const { key } = await post<{ key: string }>('/v1/service-keys', { name: 'n8n', role: 'operate' });

	return {
		baseUrl,
		log: () => service.log(),
		hasEnded: () => service.hasEnded(),
		stop: () => service.stop(),
		kill: () => service.kill(),
		whileFrozen: (run) => service.whileFrozen(run),
		crash: async () => {
			await service.kill();
			service = await boot();
		},
		whileDown: async (run) => {
			await service.stop();
			try {
				await run();
			} finally {
				service = await boot();
			}
		},
		apiKey: key,
		get,
		post,
		put,
		incidentsOf: async (tenantId) => {
			const newestFirst = await get<Incident[]>(
				`/v1/incidents?tenantId=${encodeURIComponent(tenantId)}`,
			);
			const ids = newestFirst.map(({ incidentId }) => incidentId).reverse();
			return Promise.all(ids.map((id) => get<Incident>(`/v1/incidents/${id}`)));
		},
	};
}
