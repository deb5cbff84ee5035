import type { Vendors } from '../doubles/vendors.ts';
import { ANTHROPIC_ADMIN_KEY } from '../doubles/anthropicKeys.ts';
import { AWS_CREDENTIALS } from '../doubles/awsIam.ts';
import { CLOUDFLARE } from '../doubles/cloudflareKv.ts';
import { LITELLM_MASTER_KEY } from '../doubles/liteLlm.ts';
import { OPENAI_ADMIN_KEY } from '../doubles/openAiAdmin.ts';
import { OPENROUTER_MANAGEMENT_KEY } from '../doubles/openRouterKeys.ts';
import { TWILIO_PARENT } from '../doubles/twilioAccounts.ts';
import { UNKEY_ROOT_KEY } from '../doubles/unkey.ts';
import { importTemplate } from './importTemplate.ts';
import type { N8nApi } from './n8nApi.ts';

interface StepsOptions {
	n8n: N8nApi;
	vendors: Vendors;
	/** Where steps tell what they found, and the credential for it. */
	fuse: { baseUrl: string; apiKey: string };
}

interface Step {
	file: string;
	settings: Record<string, string>;
	/** What a person enters as the credential of the vendor, by its type. */
	credential: Record<string, object>;
}

/** Imports and publishes every step as a person would; workflow ids by `vendor:action`, as containment wants them. */
export async function deploySteps(options: StepsOptions): Promise<Record<string, string>> {
	const { n8n, vendors, fuse } = options;
	const fuseApi = await n8n.createCredential('fuseApi', fuse);
	const ids: Record<string, string> = {};
	for (const [key, { file, settings, credential }] of Object.entries(stepsOf(vendors))) {
		const credentials: Record<string, string> = { fuseApi };
		for (const [type, data] of Object.entries(credential)) {
			credentials[type] = await n8n.createCredential(type, data);
		}
		const template = `steps/${file}.json`;
		const told = noted.has(file) ? { fuseServiceUrl: fuse.baseUrl } : {};
		const id = await importTemplate(n8n, {
			file: template,
			credentials,
			settings: { ...told, ...settings },
		});
		await n8n.activate(id);
		ids[key] = id;
	}
	return ids;
}

/** Steps whose vendor keeps no mark of ours, so that they tell LLM Fuse what they found. */
const noted = new Set([
	...['anthropic-key', 'aws-access-key', 'litellm-key', 'openai-spend-limit'],
	...['openrouter-key', 'twilio-account', 'unkey-key'],
]);

function stepsOf(vendors: Vendors): Record<string, Step> {
	const { openAi, openRouter, unkey, twilio, anthropic, liteLlm, aws, cloudflare } = vendors;
	const { stripe, database, redis } = vendors;
	const { accountId, namespaceId, apiToken } = CLOUDFLARE;
	const step = (file: string, settings: Step['settings'], credential: Step['credential']) => ({
		...{ file, settings, credential },
	});
	const openAiAdmin = { openAiApi: { apiKey: OPENAI_ADMIN_KEY } };
	const always: Record<string, Step> = {
		'anthropic:revokeKey': step(
			'anthropic-key',
			{ anthropicBaseUrl: anthropic.baseUrl },
			{ anthropicApi: { apiKey: ANTHROPIC_ADMIN_KEY } },
		),
		'aws:revokeKey': step(
			'aws-access-key',
			{ awsBaseUrl: aws.baseUrl },
			{ aws: { region: 'eu-central-1', ...AWS_CREDENTIALS } },
		),
		'cloudflare:block': step(
			'cloudflare-kv',
			{ cloudflareBaseUrl: cloudflare.baseUrl, accountId, namespaceId },
			{ cloudflareApi: { apiToken } },
		),
		'litellm:revokeKey': step(
			'litellm-key',
			{ liteLlmBaseUrl: liteLlm.baseUrl },
			{ httpBearerAuth: { token: LITELLM_MASTER_KEY } },
		),
		'openai:providerSpendLimit': step(
			'openai-spend-limit',
			{ openAiBaseUrl: openAi.baseUrl },
			openAiAdmin,
		),
		'openai:revokeKey': step('openai-key', { openAiBaseUrl: openAi.baseUrl }, openAiAdmin),
		'openrouter:revokeKey': step(
			'openrouter-key',
			{ openRouterBaseUrl: openRouter.baseUrl },
			{ openRouterApi: { apiKey: OPENROUTER_MANAGEMENT_KEY } },
		),
		'postgres:revokeKey': step('postgres-keys', {}, { postgres: database.connection }),
		'stripe:pauseCollection': step(
			'stripe-collection',
			{ stripeBaseUrl: stripe.baseUrl },
			{ stripeApi: { secretKey: 'any', signatureSecret: '' } },
		),
		'twilio:block': step(
			'twilio-account',
			{ twilioBaseUrl: twilio.baseUrl },
			{
				twilioApi: {
					authType: 'authToken',
					accountSid: TWILIO_PARENT.sid,
					authToken: TWILIO_PARENT.authToken,
				},
			},
		),
		'unkey:revokeKey': step(
			'unkey-key',
			{ unkeyBaseUrl: unkey.baseUrl },
			{ httpBearerAuth: { token: UNKEY_ROOT_KEY } },
		),
	};
	if (!redis) return always;
	const connection = { host: '127.0.0.1', port: redis.port };

	return { ...always, 'redis:block': step('redis-keys', {}, { redis: connection }) };
}
