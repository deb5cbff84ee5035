import { soleReplica } from '../../anomaly-service/src/adapters/memory/soleReplica.ts';
import { createPinoLog } from '../../anomaly-service/src/adapters/pino/pinoLog.ts';
import { createPrometheusMetrics } from '../../anomaly-service/src/adapters/prometheus/prometheusMetrics.ts';
import { createApp } from '../../anomaly-service/src/app.ts';
import { openListener } from '../../anomaly-service/src/http/listener.ts';
import { deadLetterRoutes } from '../../anomaly-service/src/http/routes/deadLetters.ts';
import { queueRoutes } from '../../anomaly-service/src/http/routes/queue.ts';
import { ContainmentDesk } from '../../anomaly-service/src/stages/containmentDesk.ts';
import { DeadLetters } from '../../anomaly-service/src/stages/deadLetters.ts';
import { NotificationDesk } from '../../anomaly-service/src/stages/notificationDesk.ts';
import { ServiceKeys, type Role } from '../../anomaly-service/src/stages/serviceKeys.ts';
import { VirtualKeys } from '../../anomaly-service/src/stages/virtualKeys.ts';
import type { QueueSuite } from './queueSuite.ts';

export type QueueApi = {
	url: string;
	send(method: string, path: string, options?: { key?: string; body?: object }): Promise<Answer>;
	makeKey(role: Role, tenantId?: string): Promise<{ keyId: string; key: string }>;
	close(): Promise<void>;
};
export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

const secretOf = (purpose: string) => `whsec_of_${purpose}`;

/** The endpoints of the queue over real HTTP, on the queue of a suite. */
export async function startQueueApi({ database, clock, queue }: QueueSuite): Promise<QueueApi> {
	const keys = new ServiceKeys(database, () => undefined);
	const virtualKeys = new VirtualKeys({ database, broadcast: soleReplica() });
	const { metrics, render } = createPrometheusMetrics();
	const outboxChanged = () => undefined;
	const containment = new ContainmentDesk({
		...{ database, log: createPinoLog('silent'), outboxChanged },
		ownSteps: { run: async () => ({ outcome: 'unsupported' }) },
		tellDead: async () => undefined,
	});
	const deadLetters = new DeadLetters({
		...{ containment, database, outboxChanged, queue: queue.calls },
		notifications: new NotificationDesk({ database, metrics, outboxChanged }),
	});
	const deps = { deadLetters, queue: queue.calls, secretOf };
	const listener = await openListener({ host: '127.0.0.1', port: 0 });
	listener.serve(
		createApp({
			...{ keys, virtualKeys, clock, metrics, renderMetrics: render },
			...{ webDir: import.meta.dirname, chartsDir: import.meta.dirname },
			routes: [...queueRoutes(deps), ...deadLetterRoutes(deps)],
			log: createPinoLog('silent'),
			readiness: async () => ({ ready: true, faults: {} }),
		}),
	);
	const by = { actor: 'test', now: clock.now() };
	const makeKey = (role: Role, tenantId: string | null = null) =>
		keys.create({ name: role, role, tenantId }, by);
	const operator = await makeKey('operate');

	return {
		url: listener.url,
		makeKey,
		async send(method, path, { key = operator.key, body } = {}) {
			const response = await fetch(listener.url + path, {
				method,
				headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
			const text = await response.text();
			return {
				status: response.status,
				headers: response.headers,
				body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
			};
		},
		close: () => listener.close(0),
	};
}
