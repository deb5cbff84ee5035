import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { FuseMeter } from '../../../nodes/FuseMeter/FuseMeter.node.ts';
import { executeContext, type Run } from './executeContext.ts';
import { FuseService } from './fuseService.ts';

export const GATE_TYPE = 'n8n-nodes-llm-fuse.fuseGate';

/** One service for one test, and Meter runs against it. */
export class MeterBench {
	readonly service = new FuseService();
	baseUrl = '';

	async start(): Promise<void> {
		this.baseUrl = await this.service.listen();
	}

	/** The events the service has counted. */
	events(): Array<Record<string, unknown>> {
		return [...this.service.counted.values()];
	}

	async run(
		bodies: IDataObject[],
		parameters: Run['parameters'] = {},
		more: Partial<Run> = {},
	): Promise<INodeExecutionData[]> {
		const items = bodies.map((json) => ({ json }));
		const context = executeContext({
			credentials: { baseUrl: this.baseUrl, apiKey: 'fuse_operator' },
			items,
			parameters: {
				usageFrom: 'response',
				response: (index: number) => items[index]?.json,
				tenantId: 'acme',
				...parameters,
			},
			nodeName: 'Meter',
			nodeType: 'n8n-nodes-llm-fuse.fuseMeter',
			...more,
		});
		const [output = []] = await new FuseMeter().execute.call(context);

		return output;
	}
}

export function completion(input: number, output: number): IDataObject {
	return {
		id: `chatcmpl-${input}`,
		object: 'chat.completion',
		model: 'gpt-4o-mini',
		usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
	};
}

/** A Gate upstream and what it put under `fuse` for each item; undefined means the item has no link to it. */
export function gate(...items: Array<IDataObject | undefined>): NonNullable<Run['upstream']> {
	return [{ name: 'Gate', type: GATE_TYPE, items: items.map((fuse) => fuse && { fuse }) }];
}
