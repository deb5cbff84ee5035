import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { connectService } from '../shared/service.ts';
import { meterItems } from './meterItems.ts';
import { properties } from './properties.ts';

export class FuseMeter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LLM Fuse Meter',
		name: 'fuseMeter',
		icon: { light: 'file:../../icons/fuse.svg', dark: 'file:../../icons/fuse.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ "usage from " + $parameter["usageFrom"] }}',
		description: "Reads the usage out of a vendor's response and records what it cost the tenant",
		defaults: { name: 'LLM Fuse Meter' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'fuseApi', required: true }],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const service = await connectService(this);

		return [await meterItems(this, service)];
	}
}
