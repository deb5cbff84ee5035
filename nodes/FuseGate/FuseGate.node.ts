import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { passItems } from './passItems.ts';
import { properties } from './properties.ts';
import { resumeWebhooks } from './resumeWebhooks.ts';
import { wakeGate } from './wakeGate.ts';

export class FuseGate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LLM Fuse Gate',
		name: 'fuseGate',
		icon: { light: 'file:../../icons/fuse.svg', dark: 'file:../../icons/fuse.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ [$parameter["provider"], $parameter["model"]].filter(Boolean).join(" / ") }}',
		description: "Asks whether a tenant's budget, limits and breaker allow the next model call",
		defaults: { name: 'LLM Fuse Gate' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Allowed', 'Rejected'],
		credentials: [{ name: 'fuseApi', required: true }],
		webhooks: resumeWebhooks,
		waitingNodeTooltip: 'Waits for room; LLM Fuse resumes this execution',
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await passItems(this);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await wakeGate(this);
	}
}
