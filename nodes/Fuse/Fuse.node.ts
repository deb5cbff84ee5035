import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { asNodeFault, faultJson } from '../shared/outputItem.ts';
import { runsAsTool } from '../shared/runsAsTool.ts';
import { connectService } from '../shared/service.ts';
import { listSearch } from './listSearch/index.ts';
import { loadOptions } from './loadOptions/index.ts';
import { properties } from './resources/index.ts';
import { runOperation } from './runOperation.ts';
import { forAgent } from './shared/faults.ts';

/**
 * Programmatic, although most of it is plain CRUD: routing sends the requests of all items at once, so that a block
 * could overtake the unblock before it; it has n8n word what a silent service or a refused connection is; and a limit
 * is updated by reading it first.
 */
export class Fuse implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LLM Fuse',
		name: 'fuse',
		icon: { light: 'file:../../icons/fuse.svg', dark: 'file:../../icons/fuse.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Manages tenants, budgets, limits, incidents and the queue of the LLM Fuse service',
		defaults: { name: 'LLM Fuse' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'fuseApi', required: true }],
		properties,
	};

	methods = { listSearch, loadOptions };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const service = await connectService(this);
		const output: INodeExecutionData[] = [];

		// One after the other: what one item changes, the next one finds changed.
		for (const itemIndex of items.keys()) {
			try {
				const answers = await runOperation(this, service, itemIndex);
				output.push(...answers.map((answer) => ({ ...answer, pairedItem: { item: itemIndex } })));
			} catch (error) {
				const fault = asNodeFault(this, error, itemIndex);
				if (!this.continueOnFail()) {
					throw runsAsTool(this) ? forAgent(this, fault, itemIndex) : fault;
				}
				output.push({ json: faultJson(fault), pairedItem: { item: itemIndex } });
			}
		}
		return [output];
	}
}
