import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../../ports/database.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { webhookAnswer } from '../schemas/answers.ts';
import { anyId, tenantId } from '../schemas/common.ts';
import { webhookUrl } from '../schemas/webhookUrl.ts';
import { visibleTenant } from '../tenantScope.ts';

const WEBHOOK_EVENTS = [
	'breaker.opened',
	'breaker.halfOpened',
	'breaker.closed',
	'incident.opened',
	'spend.anomaly.detected',
	'spend.drift',
	'baseline.shifted',
	'service.degraded',
	'service.recovered',
	'canary.allowed',
	'prices.held',
	'price.unknown',
	'action.requested',
	'action.failed',
	'notification.slack',
	'notification.telegram',
	'notification.email',
	'notification.pagerduty',
	'notification.failed',
	'workflow.failed',
] as const;

const webhookBody = z.strictObject({
	url: webhookUrl,
	events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length),
	tenantId: tenantId.optional(),
});

const params = z.object({ webhookId: anyId });

type WebhookDependencies = { database: Database; secretOf: (webhookId: string) => string };

export function webhookRoutes(deps: WebhookDependencies): Route[] {
	return [subscribe(deps), listWebhooks(deps), getWebhook(deps), unsubscribe(deps)];
}

function subscribe({ database, secretOf }: WebhookDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/webhooks',
		summary: 'Subscribe a URL to events; the secret that signs them is told here only',
		roles: ['operate'],
		body: webhookBody,
		responses: {
			201: { description: 'Subscribed', schema: webhookAnswer.extend({ secret: z.string() }) },
		},
		async handle({ body, caller, now }) {
			const webhook = {
				id: `whk_${randomBytes(12).toString('base64url')}`,
				url: body.url,
				events: [...new Set(body.events)],
				tenantId: visibleTenant(caller, { tenantId: body.tenantId, pointer: '/tenantId' }),
			};
			await database.call('create_webhook', {
				webhook,
				actor: caller.keyId,
				now: new Date(now).toISOString(),
			});
			return { status: 201, body: { ...webhook, secret: secretOf(webhook.id) } };
		},
	});
}

function listWebhooks({ database }: WebhookDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/webhooks',
		summary: 'The subscriptions',
		roles: ['operate'],
		responses: { 200: { description: 'The subscriptions', schema: z.array(webhookAnswer) } },
		async handle({ caller }) {
			const webhooks = await database.call('list_webhooks', {
				id: null,
				tenantId: visibleTenant(caller),
			});
			return { status: 200, body: webhooks.map(withUtcInstants) };
		},
	});
}

function getWebhook({ database }: WebhookDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/webhooks/{webhookId}',
		summary: 'One subscription',
		roles: ['operate'],
		params,
		responses: { 200: { description: 'The subscription', schema: webhookAnswer } },
		async handle({ params: { webhookId }, caller }) {
			return { status: 200, body: await find(database, webhookId, caller) };
		},
	});
}

function unsubscribe({ database }: WebhookDependencies): Route {
	return route({
		method: 'delete',
		path: '/v1/webhooks/{webhookId}',
		summary: 'End a subscription, with what was still on its way to it',
		roles: ['operate'],
		params,
		responses: { 204: { description: 'Ended' } },
		async handle({ params: { webhookId }, caller, now }) {
			const { deleted } = await database.call('delete_webhook', {
				id: webhookId,
				tenantId: visibleTenant(caller),
				actor: caller.keyId,
				now: new Date(now).toISOString(),
			});
			if (!deleted) throw noWebhook(webhookId);
			return { status: 204 };
		},
	});
}

async function find(database: Database, webhookId: string, caller: Caller) {
	const [webhook] = await database.call('list_webhooks', {
		id: webhookId,
		tenantId: visibleTenant(caller),
	});
	if (!webhook) throw noWebhook(webhookId);
	return withUtcInstants(webhook);
}

function noWebhook(webhookId: string): ProblemError {
	return new ProblemError('not-found', `There is no webhook ${webhookId}.`);
}
