import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	NodeTypeAndVersion,
} from 'n8n-workflow';
import { requestWithAuthentication, type Credentials } from './n8nHttp.ts';
import { strictContext } from './strictContext.ts';

export type Run = {
	credentials: Credentials;
	items: INodeExecutionData[];
	/** A function is an expression: it gets the item's index. */
	parameters: Record<string, unknown>;
	nodeName?: string;
	nodeType?: string;
	runIndex?: number;
	continueOnFail?: boolean;
	asTool?: boolean;
	/** The nodes upstream, nearest first, and what `$('<name>').item` gives for each item; undefined means no link. */
	upstream?: Array<{
		name: string;
		type: string;
		disabled?: boolean;
		items: Array<IDataObject | undefined>;
	}>;
};

const WORKFLOW_ID = 'wf_1';
const EXECUTION_ID = '4711';

/** What n8n hands to `execute()`, as far as these nodes use it. */
export function executeContext(run: Run): IExecuteFunctions {
	const node: INode = {
		id: 'node_1',
		name: run.nodeName ?? 'LLM Fuse',
		type: run.nodeType ?? 'n8n-nodes-llm-fuse.fuseGate',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};

	return strictContext<IExecuteFunctions>({
		getInputData: () => run.items,
		getNode: () => node,
		getWorkflow: () => ({ id: WORKFLOW_ID, name: 'Support answers', active: true }),
		getExecutionId: () => EXECUTION_ID,
		getCredentials: (async () => run.credentials) as IExecuteFunctions['getCredentials'],
		getNodeParameter: ((name: string, itemIndex: number, fallback?: unknown) => {
			const value = run.parameters[name];
			return typeof value === 'function'
				? (value as (itemIndex: number) => unknown)(itemIndex)
				: (value ?? fallback);
		}) as IExecuteFunctions['getNodeParameter'],
		continueOnFail: () => run.continueOnFail ?? false,
		isToolExecution: () => run.asTool ?? false,
		getParentNodes: () => parents(run),
		getWorkflowDataProxy: ((itemIndex: number) => ({
			$runIndex: run.runIndex ?? 0,
			$: (name: string) => ({
				get item() {
					return linkedItem(run, name, itemIndex);
				},
			}),
		})) as unknown as IExecuteFunctions['getWorkflowDataProxy'],
		helpers: {
			httpRequestWithAuthentication: async (_: string, options: IHttpRequestOptions) =>
				await requestWithAuthentication(node, run.credentials, options),
		} as unknown as IExecuteFunctions['helpers'],
	});
}

/** n8n lists the farthest node first. */
function parents(run: Run): NodeTypeAndVersion[] {
	return (run.upstream ?? [])
		.map(({ name, type, disabled }) => ({
			name,
			type,
			typeVersion: 1,
			disabled: disabled ?? false,
		}))
		.reverse();
}

function linkedItem(run: Run, name: string, itemIndex: number): INodeExecutionData {
	const json = run.upstream?.find((node) => node.name === name)?.items[itemIndex];
	if (!json) throw new Error(`Paired item data for item from node '${name}' is unavailable`);

	return { json };
}
