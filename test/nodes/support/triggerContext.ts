import type {
	IDataObject,
	IHookFunctions,
	IHttpRequestOptions,
	INode,
	IWebhookFunctions,
} from 'n8n-workflow';
import { signWebhook } from '../../../core/webhookSignature.ts';
import { WEBHOOK_SECRET } from './fuseService.ts';
import { requestWithAuthentication, type Credentials } from './n8nHttp.ts';
import { strictContext } from './strictContext.ts';

const NODE: INode = {
	id: 'node_1',
	name: 'On incident',
	type: 'n8n-nodes-llm-fuse.fuseTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

export const WEBHOOK_URL = 'http://127.0.0.1:5678/webhook/abc/webhook';

export type TriggerParameters = { events: string[]; tenantId: string; severities?: string[] };

/** What n8n hands to the webhook lifecycle methods. */
export function hookContext(
	credentials: Credentials,
	staticData: IDataObject,
	parameters: TriggerParameters,
): IHookFunctions {
	return strictContext<IHookFunctions>({
		getNode: () => NODE,
		getCredentials: (async () => credentials) as IHookFunctions['getCredentials'],
		getNodeWebhookUrl: () => WEBHOOK_URL,
		getNodeParameter: ((name: keyof TriggerParameters) =>
			parameters[name]) as IHookFunctions['getNodeParameter'],
		getWorkflowStaticData: () => staticData,
		helpers: {
			httpRequestWithAuthentication: async (_: string, options: IHttpRequestOptions) =>
				await requestWithAuthentication(NODE, credentials, options),
		} as unknown as IHookFunctions['helpers'],
	});
}

export type Delivered = {
	id?: string;
	body?: string;
	sentAtMs?: number;
	secret?: string;
	headers?: Record<string, string | undefined>;
};

/** One HTTP request at the trigger's URL, and what was answered to it. */
export function webhookContext(
	staticData: IDataObject,
	parameters: TriggerParameters,
	{
		id = 'msg_1',
		body = EVENT,
		sentAtMs = Date.now(),
		secret = WEBHOOK_SECRET,
		headers,
	}: Delivered,
): { context: IWebhookFunctions; answered: { status?: number; body?: unknown } } {
	const timestamp = Math.floor(sentAtMs / 1000);
	const answered: { status?: number; body?: unknown } = {};
	const response = {
		status(status: number) {
			answered.status = status;
			return response;
		},
		json(json: unknown) {
			answered.body = json;
		},
	};
	const context = strictContext<IWebhookFunctions>({
		getNodeParameter: ((name: keyof TriggerParameters) =>
			parameters[name]) as IWebhookFunctions['getNodeParameter'],
		getWorkflowStaticData: () => staticData,
		getHeaderData: () => ({
			'webhook-id': id,
			'webhook-timestamp': String(timestamp),
			'webhook-signature': signWebhook(secret, id, timestamp, body),
			...headers,
		}),
		getRequestObject: (() => ({
			rawBody: Buffer.from(body),
		})) as unknown as IWebhookFunctions['getRequestObject'],
		getResponseObject: (() => response) as unknown as IWebhookFunctions['getResponseObject'],
	});

	return { context, answered };
}

export const ALERT_TEXT =
	'{"alert_level":"TIER_1_CRITICAL","tenant_id":"org_98765_alpha","spend_velocity_per_min":45.50,"faulty_endpoint":"api.openai.com/v1/chat/completions","circuit_breaker_fired":true,"timestamp":"2026-10-14T08:12:45Z"}';

const EVENT = JSON.stringify({
	type: 'breaker.opened',
	timestamp: '2026-10-14T08:12:45.123Z',
	data: {
		incidentId: 'inc_1',
		tenantId: 'org_98765_alpha',
		rule: 'spendCap',
		alertText: ALERT_TEXT,
	},
});
