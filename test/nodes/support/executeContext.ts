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
	/** Which n8n it is. */
	instanceId?: string;
	continueOnFail?: boolean;
	onError?: INode['onError'];
	/** Takes the hints the node gives its user. */
	hints?: string[];
	asTool?: boolean;
	/** Nodes with nothing before them, farther upstream than all others, and whether they ran. */
	triggers?: Record<string, boolean>;
	/** What n8n keeps of a node with its execution, and until when the execution waits. */
	kept?: { context: IDataObject; waitTill?: Date };
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
/** As n8n makes it: whoever appends `/<suffix>` reaches the waiting node of that suffix. */
export const RESUME_URL = 'http://127.0.0.1:5678/webhook-waiting/4711?signature=abc';

/** What n8n hands to `execute()`, as far as these nodes use it. */
export function executeContext(run: Run): IExecuteFunctions {
	const node: INode = {
		id: 'node_1',
		name: run.nodeName ?? 'LLM Fuse',
		type: run.nodeType ?? 'n8n-nodes-llm-fuse.fuseGate',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...(run.onError === undefined ? {} : { onError: run.onError }),
	};

	return strictContext<IExecuteFunctions>({
		getInputData: () => run.items,
		getNode: () => node,
		getWorkflow: () => ({ id: WORKFLOW_ID, name: 'Support answers', active: true }),
		getExecutionId: () => EXECUTION_ID,
		getInstanceId: () => run.instanceId ?? '1a2b3c4d5e6f',
		getCredentials: (async () => run.credentials) as IExecuteFunctions['getCredentials'],
		getNodeParameter: ((name: string, itemIndex: number, fallback?: unknown) => {
			const value = run.parameters[name];
			return typeof value === 'function'
				? (value as (itemIndex: number) => unknown)(itemIndex)
				: (value ?? fallback);
		}) as IExecuteFunctions['getNodeParameter'],
		continueOnFail: () => run.continueOnFail ?? false,
		addExecutionHints: (...hints) => void run.hints?.push(...hints.map(({ message }) => message)),
		isToolExecution: () => run.asTool ?? false,
		evaluateExpression: (expression: string) =>
			expression === '{{ $execution.resumeUrl }}' ? RESUME_URL : null,
		...waiting(run),
		getParentNodes: (name: string) => (name in (run.triggers ?? {}) ? [] : parents(run)),
		getWorkflowDataProxy: ((itemIndex: number) => ({
			$runIndex: run.runIndex ?? 0,
			$: (name: string) => ({
				isExecuted: run.triggers?.[name] ?? true,
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

/** Only given to runs that may wait: reaching for it in another one throws. */
function waiting({ kept }: Run): Partial<IExecuteFunctions> {
	if (!kept) return {};

	return {
		getContext: () => kept.context,
		putExecutionToWait: async (waitTill) => {
			kept.waitTill = waitTill;
			await Promise.resolve();
		},
	};
}

/** n8n lists the farthest node first. */
function parents(run: Run): NodeTypeAndVersion[] {
	const triggers = Object.keys(run.triggers ?? {}).map((name) => ({
		name,
		type: 'n8n-nodes-base.webhook',
		disabled: false,
	}));

	return [...(run.upstream ?? []), ...triggers]
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
