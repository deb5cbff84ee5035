import { deploySteps } from './deploySteps.ts';
import { importTemplate } from './importTemplate.ts';
import { poll } from './poll.ts';
import type { Parts } from './startWorld.ts';

/** What the callers of the guarded webhook must send; n8n checks it with the Header Auth credential. */
const callerKey = { name: 'x-caller-key', value: 'a-caller-of-the-end-to-end-tests' };

export interface DeployedTemplates {
	/** Credential ids by type. */
	credentials: Record<string, string>;
	/** Workflow ids. */
	guardedCall: string;
	containment: string;
	alertChannels: string;
	/** Those of the vendor steps, by `vendor:action`. */
	steps: Record<string, string>;
	/** Calls the guarded webhook as a tenant's application does. */
	callModel: (tenantId: string, prompt: string) => Promise<Response>;
}

/** Imports the templates as a person would, points them at the doubles, activates them and waits until they listen. */
export async function deployTemplates(parts: Parts): Promise<DeployedTemplates> {
	const { n8n, service, openAi, slack, telegram, pagerDuty, vendors } = parts;
	const credentials = await createCredentials(parts);
	const guardedCall = await importTemplate(n8n, {
		file: 'guarded-call.json',
		credentials,
		settings: { fuseServiceUrl: service.baseUrl, openAiBaseUrl: openAi.baseUrl, model: 'gpt-4o' },
	});
	const { baseUrl, apiKey } = service;
	const steps = await deploySteps({ n8n, vendors, fuse: { baseUrl, apiKey } });
	const containment = await importTemplate(n8n, {
		file: 'containment.json',
		credentials,
		settings: { fuseServiceUrl: service.baseUrl, ...steps },
	});
	const alertChannels = await importTemplate(n8n, {
		file: 'alert-channels.json',
		credentials,
		settings: {
			fuseServiceUrl: service.baseUrl,
			slackBaseUrl: slack.baseUrl,
			slackChannel: slack.channel,
			telegramChatId: telegram.chatId,
			pagerDutyBaseUrl: pagerDuty.baseUrl,
		},
	});
	for (const id of [guardedCall, containment, alertChannels]) await n8n.activate(id);
	await service.put('/v1/containment-policy', { steps: POLICY });

	const webhook = `${n8n.baseUrl}/webhook/llm-fuse-guarded-call`;
	// n8n answers the activation before it has registered the webhooks.
	await poll({ what: 'the webhook of guarded-call' }, async () => {
		const answer = await fetch(webhook);
		return (await answer.text()).includes('not registered for GET') ? true : undefined;
	});
	await poll({ what: 'the subscriptions of containment and alert-channels' }, async () => {
		const subscriptions = await service.get<unknown[]>('/v1/webhooks');
		return subscriptions.length >= 2 ? true : undefined;
	});

	const callModel = (tenantId: string, prompt: string) =>
		fetch(webhook, {
			method: 'POST',
			headers: { 'content-type': 'application/json', [callerKey.name]: callerKey.value },
			body: JSON.stringify({ tenantId, prompt }),
		});
	return { credentials, guardedCall, containment, alertChannels, steps, callModel };
}

const always = { severities: ['warning', 'high', 'critical'] };

/** What is done about every incident, as an operator says it once for all tenants. */
const POLICY = [
	{ ...always, action: 'block', vendor: 'llm-fuse', targetId: '{tenantId}' },
	{ ...always, action: 'revokeKey', vendor: 'postgres', targetId: '{tenantId}' },
	{ ...always, action: 'pauseCollection', vendor: 'stripe', targetId: '{stripeCustomer}' },
];

/** The doubles accept any token; what matters is that each credential reaches the vendor it is meant for. */
async function createCredentials(parts: Parts): Promise<Record<string, string>> {
	const { n8n, service, openAi, smtp, telegram, pagerDuty, database } = parts;
	const contents = {
		anthropicApi: { apiKey: 'any' },
		fuseApi: { baseUrl: service.baseUrl, apiKey: service.apiKey },
		httpCustomAuth: pagerDuty.credential,
		httpHeaderAuth: callerKey,
		openAiApi: { apiKey: 'any', url: openAi.baseUrl },
		openRouterApi: { apiKey: 'any' },
		postgres: database.connection,
		slackApi: { accessToken: 'any', signatureSecret: '' },
		smtp: smtp.connection,
		stripeApi: { secretKey: 'any', signatureSecret: '' },
		telegramApi: { accessToken: '1:any', baseUrl: telegram.baseUrl },
	};
	const ids: Record<string, string> = {};
	for (const [type, data] of Object.entries(contents)) {
		ids[type] = await n8n.createCredential(type, data);
	}
	return ids;
}
