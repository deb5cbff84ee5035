import { usageEvent } from '../support/rows.ts';
import { openQueryablePglite } from '../support/servers/openedDatabase.ts';
import { startTestService, type Answer, type Api } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

type Row = Record<string, unknown>;
type Step = [route: string, request: () => Promise<Answer>];

const NOW = Date.UTC(2026, 9, 14, 12);
const HOUR_MS = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();

/** Routes that leave no audit entry when they are answered, and why. */
const NOT_AUDITED: Record<string, string> = {
	'POST /v1/reservations': 'a refusal is an entry of its own, an allowed call a usage event',
	'POST /v1/reservations/{reservationId}/settle': 'the usage event is the record',
	'POST /v1/reservations/{reservationId}/release': 'nothing was used',
	'POST /v1/reservations/{reservationId}/renew': 'a lease',
	'POST /v1/usage': 'the usage event is the record',
	'POST /v1/usage/{vendor}': 'the usage event is the record',
	'POST /v1/alerts/preview': 'changes nothing',
	'POST /v1/backtest': 'changes nothing',
	'POST /v1/reconciliations': 'the comparison is kept, and is the record',
	'POST /v1/actions/{actionId}/claim': 'a lease; the report that follows is an entry',
	'POST /v1/actions/{actionId}/found': 'a note for the report that follows, which is an entry',
};
/** Changes that need a world to happen in, by the SQL function that makes each and writes its entry with it. */
const WRITTEN_BY: Record<string, string> = {
	'POST /v1/actions/{actionId}/approve': 'change_action',
	'POST /v1/actions/{actionId}/decline': 'change_action',
	'POST /v1/actions/{actionId}/report': 'change_action',
	'POST /v1/actions/{actionId}/retry': 'change_action',
	'POST /v1/commands': 'audit_command',
	'POST /v1/slack/interactions': 'audit_command',
	'POST /v1/notifications/{notificationId}/claim': 'claim_notification',
	'POST /v1/notifications/{notificationId}/report': 'report_notification',
	'POST /v1/notifications/{notificationId}/retry': 'retry_notification',
	'POST /v1/dead-letters/{deadLetterId}/retry': 'retry_dead',
	'DELETE /v1/dead-letters/{deadLetterId}': 'delete_dead',
	'POST /v1/queue/drain': 'drain_calls',
	'POST /v1/baselines/refresh': 'save_baseline',
	'POST /v1/baselines/{tenantId}/refresh': 'save_baseline',
	'POST /v1/baselines/{tenantId}/rollback': 'use_baseline',
	'POST /v1/baselines/{tenantId}/accept': 'decide_shift',
	'POST /v1/prices/held/approve': 'approve_prices',
	'POST /v1/prices/held/reject': 'reject_prices',
	'POST /v1/prices/reprice': 'reprice_usage',
	'POST /v1/tenants/{tenantId}/feedback': 'give_feedback',
	'DELETE /v1/tenants/{tenantId}/feedback/{feedbackId}': 'delete_feedback',
};

let api: Api;
let receiver: WebhookReceiver;
beforeAll(async () => {
	api = await startTestService({}, { now: () => NOW });
	receiver = await startWebhookReceiver();
});
afterAll(async () => {
	await api.service.close();
	await receiver.close();
});

const told: Record<string, unknown> = {};
const send = (method: string, path: string, body?: object) => async () =>
	api.send(
		method,
		path.replaceAll(/<(\w+)>/g, (_, name: string) => String(told[name])),
		body,
	);
/** Keeps a field of the answer for the requests that follow. */
const keeping =
	(name: string, field: string, request: () => Promise<Answer>): (() => Promise<Answer>) =>
	async () => {
		const answer = await request();
		told[name] = answer.body[field];
		return answer;
	};
const acme = '/v1/tenants/acme';
const limit = { tenantId: 'acme', scope: 'tenant', unit: 'requests', window: '1h', capacity: 5 };
const soon = { from: iso(NOW + HOUR_MS), to: iso(NOW + 2 * HOUR_MS) };
const steps = [
	{ action: 'block', vendor: 'llm-fuse', targetId: '{tenantId}', severities: ['critical'] },
];
const park = async () => {
	const wanted = { tenantId: 'queued', resumeUrl: `${receiver.url}/webhook-waiting/1` };
	const { body } = await api.post('/v1/reservations', wanted);
	return body['queueId'];
};

const STEPS: Step[] = [
	['PUT /v1/tenants/{tenantId}', send('PUT', acme, { plan: 'pro' })],
	['POST /v1/limits', keeping('limitId', 'id', send('POST', '/v1/limits', limit))],
	['PUT /v1/limits/{limitId}', send('PUT', '/v1/limits/<limitId>', { ...limit, capacity: 6 })],
	['DELETE /v1/limits/{limitId}', send('DELETE', '/v1/limits/<limitId>')],
	['POST /v1/tenants/{tenantId}/keys', keeping('keyId', 'keyId', send('POST', `${acme}/keys`))],
	['POST /v1/tenants/{tenantId}/keys/{keyId}/revoke', send('POST', `${acme}/keys/<keyId>/revoke`)],
	[
		'POST /v1/tenants/{tenantId}/keys/{keyId}/restore',
		send('POST', `${acme}/keys/<keyId>/restore`),
	],
	['POST /v1/tenants/{tenantId}/keys/{keyId}/rotate', send('POST', `${acme}/keys/<keyId>/rotate`)],
	[
		'POST /v1/tenants/{tenantId}/keys/revoke',
		send('POST', `${acme}/keys/revoke`, { incidentId: 'inc_1' }),
	],
	[
		'POST /v1/tenants/{tenantId}/keys/restore',
		send('POST', `${acme}/keys/restore`, { incidentId: 'inc_1' }),
	],
	[
		'POST /v1/service-keys',
		keeping('serviceKey', 'keyId', send('POST', '/v1/service-keys', { name: 'n', role: 'read' })),
	],
	['DELETE /v1/service-keys/{keyId}', send('DELETE', '/v1/service-keys/<serviceKey>')],
	[
		'POST /v1/webhooks',
		keeping('webhook', 'id', async () =>
			api.post('/v1/webhooks', { url: receiver.url, events: ['breaker.opened'] }),
		),
	],
	['DELETE /v1/webhooks/{webhookId}', send('DELETE', '/v1/webhooks/<webhook>')],
	['PUT /v1/providers/{providerId}', send('PUT', '/v1/providers/openai', { tier: '1' })],
	['DELETE /v1/providers/{providerId}', send('DELETE', '/v1/providers/openai')],
	[
		'PUT /v1/prices/{provider}/{model}',
		send('PUT', '/v1/prices/openai/own', { rates: [{ unit: 'output', rate: 7 }] }),
	],
	['DELETE /v1/prices/{provider}/{model}', send('DELETE', '/v1/prices/openai/own')],
	[
		'PUT /v1/prices/ceilings/{provider}',
		send('PUT', '/v1/prices/ceilings/groq', { unknownPrice: 'refuse' }),
	],
	['DELETE /v1/prices/ceilings/{provider}', send('DELETE', '/v1/prices/ceilings/groq')],
	[
		'POST /v1/tenants/{tenantId}/maintenance-windows',
		send('POST', `${acme}/maintenance-windows`, soon),
	],
	[
		'PUT /v1/tenants/{tenantId}/maintenance-windows/{windowId}',
		send('PUT', `${acme}/maintenance-windows/launch`, soon),
	],
	[
		'DELETE /v1/tenants/{tenantId}/maintenance-windows/{windowId}',
		send('DELETE', `${acme}/maintenance-windows/launch`),
	],
	['PUT /v1/containment-policy', send('PUT', '/v1/containment-policy', { steps })],
	['DELETE /v1/containment-policy', send('DELETE', '/v1/containment-policy')],
	[
		'PUT /v1/tenants/{tenantId}/containment-policy',
		send('PUT', `${acme}/containment-policy`, { steps }),
	],
	[
		'DELETE /v1/tenants/{tenantId}/containment-policy',
		send('DELETE', `${acme}/containment-policy`),
	],
	['PUT /v1/tenants/{tenantId}/targets', send('PUT', `${acme}/targets`, { stripe: 'cus_1' })],
	['DELETE /v1/tenants/{tenantId}/targets', send('DELETE', `${acme}/targets`)],
	[
		'PUT /v1/alert-routing',
		send('PUT', '/v1/alert-routing', { routes: [{ channels: ['slack'] }] }),
	],
	['DELETE /v1/alert-routing', send('DELETE', '/v1/alert-routing')],
	['POST /v1/mutes', send('POST', '/v1/mutes', { rule: 'spikeRatio', duration: '1h' })],
	['DELETE /v1/mutes/{rule}', send('DELETE', '/v1/mutes/spikeRatio')],
	['POST /v1/tenants/{tenantId}/block', send('POST', `${acme}/block`)],
	['POST /v1/tenants/{tenantId}/unblock', send('POST', `${acme}/unblock`)],
	[
		'POST /v1/incidents/{incidentId}/acknowledge',
		async () => {
			const data = { costMicroCents: 1_100_000_000 };
			await api.post('/v1/usage', usageEvent({ subject: 'runner', time: iso(NOW), data }));
			const { body } = await api.get('/v1/incidents?tenantId=runner');
			const [incident] = body as unknown as Row[];
			told['incident'] = incident?.['incidentId'];
			return send('POST', '/v1/incidents/<incident>/acknowledge')();
		},
	],
	[
		'POST /v1/incidents/{incidentId}/actions',
		send('POST', '/v1/incidents/<incident>/actions', {
			...{ action: 'revokeKey', vendor: 'openai', targetId: 'key_1', outcome: 'applied' },
		}),
	],
	['POST /v1/incidents/{incidentId}/undo', send('POST', '/v1/incidents/<incident>/undo')],
	[
		'POST /v1/workflow-failures',
		send('POST', '/v1/workflow-failures', { workflowId: 'wf_1', workflowName: 'Nightly' }),
	],
	[
		'POST /v1/alerts/{alertId}/acknowledge',
		async () => {
			const { body } = await api.get('/v1/alerts?limit=100');
			const alerts = body as unknown as Row[];
			const failed = alerts.find(({ rule }) => rule === 'workflow.failed');
			told['alert'] = failed?.['alertId'] ?? failed?.['id'];
			return send('POST', '/v1/alerts/<alert>/acknowledge')();
		},
	],
	[
		'POST /v1/queue/{queueId}/promote',
		async () => {
			const one = { ...limit, tenantId: 'queued', capacity: 1, whenOver: 'queue' };
			await api.post('/v1/limits', one);
			await api.post('/v1/reservations', { tenantId: 'queued' });
			await park();
			told['queued'] = await park();
			return send('POST', '/v1/queue/<queued>/promote')();
		},
	],
	['POST /v1/queue/{queueId}/cancel', send('POST', '/v1/queue/<queued>/cancel')],
];

/** The newest entry that is about a change, not about a refusal. */
async function entriesSince(sequence: number): Promise<Row[]> {
	const { body } = await api.get('/v1/audit?limit=50');
	const entries = body['entries'] as (Row & { sequence: number; action: string })[];

	return entries.filter(
		(entry) => entry.sequence > sequence && !entry.action.startsWith('decision.'),
	);
}

describe('the audit', () => {
	it('knows of every route that changes something, or a reason says why not', async () => {
		const { body } = await api.get('/openapi.json');
		const changing = Object.entries(body['paths'] as Record<string, Row>).flatMap(
			([path, operations]) =>
				Object.keys(operations)
					.filter((method) => method !== 'get')
					.map((method) => `${method.toUpperCase()} ${path}`),
		);
		const accounted = [
			...STEPS.map(([route]) => route),
			...Object.keys(NOT_AUDITED),
			...Object.keys(WRITTEN_BY),
		];

		expect(changing.filter((route) => !accounted.includes(route))).toEqual([]);
		expect(accounted.filter((route) => !changing.includes(route))).toEqual([]);
	});

	it('has an entry of what SQL functions change, written in the same transaction', async () => {
		const database = await openQueryablePglite();
		const writing = await database.query(
			`select proname as name from pg_proc
			where pronamespace = 'fuse'::regnamespace and prosrc ~ 'insert into (fuse\\.)?audit_entries'`,
		);
		await database.close();
		const names = writing.map(({ name }) => name);

		expect(Object.values(WRITTEN_BY).filter((name) => !names.includes(name))).toEqual([]);
	});

	// In this order: later requests are about what earlier ones made.
	it.each(STEPS)('has an entry of %s', async (_route, request) => {
		const { body } = await api.get('/v1/audit?limit=1');
		const [newest] = body['entries'] as { sequence: number }[];
		const { status, body: answer } = await request();

		expect({ isDone: status < 300, status, answer }).toMatchObject({ isDone: true });
		expect(await entriesSince(newest?.sequence ?? 0)).not.toEqual([]);
	});
});
