import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { properties } from './properties.ts';
import { receiveDelivery } from './receiveDelivery.ts';
import { subscribe, subscriptionExists, unsubscribe } from './subscription.ts';

export class FuseTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LLM Fuse Trigger',
		name: 'fuseTrigger',
		icon: { light: 'file:../../icons/fuse.svg', dark: 'file:../../icons/fuse.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow when a tenant is cut off, overspends or is back; manages tenants, budgets and limits',
		defaults: { name: 'LLM Fuse Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'fuseApi', required: true }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		properties,
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await subscriptionExists(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await subscribe(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await unsubscribe(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const delivery = receiveDelivery(this, Date.now());
		if (delivery.outcome === 'start') return { workflowData: [[{ json: delivery.json }]] };
		if (delivery.outcome === 'ignored') return { webhookResponse: { ignored: delivery.reason } };

		this.getResponseObject().status(delivery.status).json({ error: delivery.reason });
		return { noWebhookResponse: true };
	}
}
