import { readConfig } from '../../anomaly-service/src/config.ts';
import type { Clock } from '../../anomaly-service/src/ports/clock.ts';
import { startService, type Service } from '../../anomaly-service/src/service.ts';
import { migratedDataDir } from './servers/migratedPglite.ts';

const ADMIN_KEY = 'fuse_test-admin-key-of-at-least-32-characters';

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

export type Api = {
	service: Service;
	send(method: string, path: string, body?: unknown, options?: SendOptions): Promise<Answer>;
	get(path: string): Promise<Answer>;
	post(path: string, body?: unknown, options?: SendOptions): Promise<Answer>;
	/** A key of a role, perhaps bound to a tenant. */
	makeKey(role: string, tenantId?: string): Promise<string>;
};

export type SendOptions = { key?: string | null; contentType?: string; raw?: string };

/** A real service on a free loopback port, with a database that ends with it. */
export async function startTestService(
	env: Record<string, string> = {},
	clock?: Clock,
): Promise<Api> {
	const config = readConfig({
		FUSE_PORT: '0',
		FUSE_DATA_DIR: 'memory',
		FUSE_LOG_LEVEL: 'silent',
		FUSE_ADMIN_KEY: ADMIN_KEY,
		...env,
	});
	const service = await startService(config, { clock, image: await migratedDataDir() });

	async function send(
		method: string,
		path: string,
		body?: unknown,
		options: SendOptions = {},
	): Promise<Answer> {
		const { key = ADMIN_KEY, contentType = 'application/json', raw } = options;
		const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
		const response = await fetch(service.url + path, {
			method,
			headers: {
				...(key === null ? {} : { authorization: `Bearer ${key}` }),
				...(payload === undefined ? {} : { 'content-type': contentType }),
			},
			...(payload === undefined ? {} : { body: payload }),
		});
		const text = await response.text();
		// A file of many lines of JSON is none itself.
		const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
		return {
			status: response.status,
			headers: response.headers,
			body: isJson ? (JSON.parse(text) as Answer['body']) : { text },
		};
	}

	return {
		service,
		send,
		get: (path) => send('GET', path),
		post: (path, body, options) => send('POST', path, body, options),
		async makeKey(role, tenantId) {
			const { body } = await send('POST', '/v1/service-keys', { name: role, role, tenantId });
			return String(body['key']);
		},
	};
}
