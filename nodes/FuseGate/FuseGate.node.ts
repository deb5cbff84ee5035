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
		hints: [
			{
				message:
					'This node waits until all of its items are decided. Put it into a Loop Over Items with a batch size of 1 to let each go on at its turn.',
				type: 'info',
				location: 'inputPane',
				whenToDisplay: 'always',
				displayCondition: '={{ $parameter["whenOver"] === "wait" && $input.all().length > 1 }}',
			},
			{
				message:
					'The service was unavailable; this run was decided by the option “When the Service Is Unavailable”.',
				type: 'warning',
				location: 'outputPane',
				whenToDisplay: 'afterExecution',
				displayCondition: '={{ $json.fuse?.degraded === true }}',
			},
		],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await passItems(this);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await wakeGate(this);
	}
}
