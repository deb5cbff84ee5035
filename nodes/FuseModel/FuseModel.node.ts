import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type ISupplyDataFunctions,
	type SupplyData,
} from 'n8n-workflow';
import { systemClock } from './clock.ts';
import { processMemory } from './processMemory.ts';
import { properties } from './properties.ts';
import { supplyGuardedModel } from './supplyGuardedModel.ts';

/** The time and the memory of this n8n process. */
const HERE = { clock: systemClock, memory: processMemory };

export class FuseModel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LLM Fuse Model',
		name: 'fuseModel',
		icon: { light: 'file:../../icons/fuse.svg', dark: 'file:../../icons/fuse.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["tenantId"] ? "tenant " + $parameter["tenantId"] : "tenant of each item" }}',
		description:
			'Keeps every call of the connected chat model within the budget, limits and breaker of a tenant',
		defaults: { name: 'LLM Fuse Model' },
		usableAsTool: true,
		inputs: [
			{
				type: NodeConnectionTypes.AiLanguageModel,
				displayName: 'Model',
				required: true,
				maxConnections: 1,
			},
		],
		outputs: [NodeConnectionTypes.AiLanguageModel],
		outputNames: ['Model'],
		credentials: [{ name: 'fuseApi', required: true }],
		properties,
	};

	/**
	 * n8n's rules want every node to say whether it is a tool, and its types have no word for "no". It is none: agents
	 * would be offered a tool that does nothing.
	 */
	constructor() {
		delete this.description.usableAsTool;
	}

	async supplyData(this: ISupplyDataFunctions, itemIndex: number): Promise<SupplyData> {
		return { response: await supplyGuardedModel(this, itemIndex, HERE) };
	}
}
