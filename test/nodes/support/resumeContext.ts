import { runInNewContext } from 'node:vm';
import type { IDataObject, IHttpRequestOptions, INode, IWebhookFunctions } from 'n8n-workflow';
import { requestWithAuthentication, type Credentials } from './n8nHttp.ts';
import { strictContext } from './strictContext.ts';

export type Resume = {
	credentials: Credentials;
	nodeName: string;
	/** The node's context as the database gives it back. */
	context: IDataObject;
	body: IDataObject;
	onError?: INode['onError'];
};

/** One request at the resume URL of a waiting node, and what was answered to it beside its return value. */
export function resumeContext({ credentials, nodeName, context, body, onError }: Resume): {
	context: IWebhookFunctions;
	answered: { status?: number; body?: unknown };
	warnings: string[];
	/** How often an expression was evaluated: each one costs n8n a trip into a sandbox. */
	evaluations: () => number;
} {
	const node: INode = {
		id: 'node_1',
		name: nodeName,
		type: 'n8n-nodes-llm-fuse.fuseGate',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...(onError === undefined ? {} : { onError }),
	};
	const answered: { status?: number; body?: unknown } = {};
	const warnings: string[] = [];
	let evaluations = 0;
	const response = {
		status(status: number) {
			answered.status = status;
			return response;
		},
		json(json: unknown) {
			answered.body = json;
		},
	};
	const stored: unknown = JSON.parse(JSON.stringify(context));

	return {
		answered,
		warnings,
		evaluations: () => evaluations,
		context: strictContext<IWebhookFunctions>({
			getNode: () => node,
			getBodyData: () => body,
			getCredentials: (async () => credentials) as IWebhookFunctions['getCredentials'],
			evaluateExpression: ((expression: string) => {
				evaluations += 1;
				return evaluate(expression, nodeName, stored);
			}) as IWebhookFunctions['evaluateExpression'],
			getResponseObject: (() => response) as unknown as IWebhookFunctions['getResponseObject'],
			logger: {
				warn: (message: string) => void warnings.push(message),
			} as unknown as IWebhookFunctions['logger'],
			helpers: {
				httpRequestWithAuthentication: async (_: string, options: IHttpRequestOptions) =>
					await requestWithAuthentication(node, credentials, options),
			} as unknown as IWebhookFunctions['helpers'],
		}),
	};
}

/** As n8n does: what stands between the braces is JavaScript, and the first closing pair ends it. */
function evaluate(expression: string, nodeName: string, context: unknown): unknown {
	const [, code] = /^\{\{(.*?)\}\}$/s.exec(expression) ?? [];
	if (code === undefined) throw new Error(`No expression: ${expression}`);

	return runInNewContext(code, { $node: { [nodeName]: { context } } });
}
