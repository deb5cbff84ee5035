import {
	NodeHelpers,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
} from 'n8n-workflow';
import { Fuse } from '../../../nodes/Fuse/Fuse.node.ts';
import { requestWithAuthentication, type Credentials } from './n8nHttp.ts';
import { strictContext } from './strictContext.ts';

type Parameters = { resource: string; operation: string; [name: string]: unknown };
type More = {
	continueOnFail?: boolean;
	/** As AI Agent 2 runs it, or as AI Agent 3 does. */
	tool?: 'agent2' | 'agent3';
	/** Of the workflow. */
	timeZone?: string;
};

const { description, methods } = new Fuse();

/** As the canvas keeps what "By ID" holds. */
export function byId(value: unknown): { __rl: true; mode: 'id'; value: unknown } {
	return { __rl: true, mode: 'id', value };
}

/** Runs the node once for each set of parameters, as one run of as many items. */
export async function runItems(
	credentials: Credentials,
	sets: Parameters[],
	more: More = {},
): Promise<INodeExecutionData[]> {
	const [output = []] = await new Fuse().execute.call(contextOf(credentials, sets, more));

	return output;
}

/** What one item yields. */
export async function run(
	credentials: Credentials,
	parameters: Parameters,
	more: More = {},
): Promise<IDataObject[]> {
	return (await runItems(credentials, [parameters], more)).map(({ json }) => json);
}

/** A list search or a load of options, as the editor asks for it. */
export function editorContext(
	credentials: Credentials,
	current: IDataObject = {},
): ILoadOptionsFunctions {
	const node = nodeOf('n8n-nodes-llm-fuse.fuse');

	return strictContext<ILoadOptionsFunctions>({
		getNode: () => node,
		getCredentials: (async () => credentials) as ILoadOptionsFunctions['getCredentials'],
		getCurrentNodeParameter: (name: string) => current[name],
		helpers: {
			httpRequestWithAuthentication: requesterOf(node, credentials),
		} as unknown as ILoadOptionsFunctions['helpers'],
	});
}

export const { listSearch, loadOptions } = methods;

/** What n8n hands to `execute()`: of all parameters only those that are shown, with their defaults. */
function contextOf(
	credentials: Credentials,
	sets: Parameters[],
	{ continueOnFail = false, tool, timeZone = 'UTC' }: More,
): IExecuteFunctions {
	const node = nodeOf(`n8n-nodes-llm-fuse.fuse${tool ? 'Tool' : ''}`);
	const shown = sets.map((set) => shownParameters(node, set));

	return strictContext<IExecuteFunctions>({
		getInputData: () => sets.map((_, index) => ({ json: { index } })),
		getNode: () => node,
		getCredentials: (async () => credentials) as IExecuteFunctions['getCredentials'],
		getTimezone: () => timeZone,
		continueOnFail: () => continueOnFail,
		isToolExecution: () => tool === 'agent2',
		getNodeParameter: ((name: string, itemIndex: number, fallback?: unknown) => {
			const value = shown[itemIndex]?.[name] ?? fallback;
			if (value === undefined) throw new Error(`Could not get parameter "${name}"`);
			return value;
		}) as IExecuteFunctions['getNodeParameter'],
		helpers: {
			httpRequestWithAuthentication: requesterOf(node, credentials),
			prepareBinaryData: async (data: Buffer, fileName: string, mimeType: string) => ({
				...{ data: data.toString('base64'), fileName, mimeType },
			}),
		} as unknown as IExecuteFunctions['helpers'],
	});
}

/** A parameter that no choice shows is refused: a user could not have set it. */
function shownParameters(node: INode, set: Parameters): INodeParameters {
	const given = set as INodeParameters;
	const shown = NodeHelpers.getNodeParameters(
		description.properties,
		given,
		...([true, false, node, description] as const),
	);
	const hidden = Object.keys(set).filter((name) => !(name in (shown ?? {})));
	if (!shown || hidden.length > 0) throw new Error(`Not shown: ${hidden.join(', ')}`);

	// What an expression yields is no JSON: a moment of Luxon for example.
	return { ...shown, ...given };
}

function nodeOf(type: string): INode {
	return { id: 'node_1', name: 'LLM Fuse', type, typeVersion: 1, position: [0, 0], parameters: {} };
}

function requesterOf(node: INode, credentials: Credentials) {
	return (_: string, options: IHttpRequestOptions) =>
		requestWithAuthentication(node, credentials, options);
}
