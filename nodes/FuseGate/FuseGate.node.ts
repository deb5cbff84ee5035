import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { asNodeFault, errorItem, withFuse } from '../shared/outputItem.ts';
import { connectService } from '../shared/service.ts';
import { openGate } from './askGate.ts';
import { properties } from './properties.ts';

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
		hints: [
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
		const items = this.getInputData();
		const gate = openGate(this, await connectService(this));
		const allowed: INodeExecutionData[] = [];
		const rejected: INodeExecutionData[] = [];

		for (const [itemIndex, item] of items.entries()) {
			try {
				const { decision, fuse } = await gate.decide(itemIndex);
				const output = decision === 'allow' ? allowed : rejected;
				output.push(withFuse(item, fuse, itemIndex));
			} catch (error) {
				const fault = asNodeFault(this, error, itemIndex);
				if (!this.continueOnFail()) throw fault;
				// Whoever continues on errors still did not get a yes.
				rejected.push(errorItem(item, fault, itemIndex));
			}
		}
		// An AI tool has one output; the agent has to see a "no" as well.
		return this.isToolExecution() ? [[...allowed, ...rejected]] : [allowed, rejected];
	}
}
