import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IHttpRequestOptions, ISupplyDataFunctions } from 'n8n-workflow';
import { strictContext } from '../test/nodes/support/strictContext.ts';

type Connected = { model: object; baseUrl: string; key: string; tenantId: string };

/** What n8n gives an LLM Fuse Model with a model connected, as cheap as it can be: run data is dropped. */
export function modelContext(connected: Connected): ISupplyDataFunctions {
	const { model, baseUrl, key, tenantId } = connected;
	const node = {
		...{ id: 'node_1', name: 'LLM Fuse Model', type: 'n8n-nodes-llm-fuse.fuseModel' },
		...{ typeVersion: 1, parameters: {} },
	};
	const getNodeParameter = (name: string, _item: number, fallback?: unknown) =>
		name === 'tenantId' ? tenantId : fallback;
	const send = async (_credential: string, options: IHttpRequestOptions) => post(key, options);

	return strictContext<ISupplyDataFunctions>({
		getNode: () => ({ ...node, position: [0, 0] }),
		getWorkflow: () => ({ id: 'wf_1', name: 'Bench', active: true }),
		getExecutionId: () => '4711',
		getExecutionCancelSignal: () => undefined,
		getInputData: () => [{ json: {} }],
		getInputConnectionData: async () => model,
		getCredentials: async <T extends object>() => ({ baseUrl, apiKey: key }) as unknown as T,
		getNodeParameter: getNodeParameter as ISupplyDataFunctions['getNodeParameter'],
		addExecutionHints: () => undefined,
		onExecutionFinish: () => undefined,
		addInputData: () => ({ index: 0 }),
		addOutputData: () => undefined,
		helpers: {
			httpRequestWithAuthentication: send,
		} as unknown as ISupplyDataFunctions['helpers'],
	});
}

/** n8n 2.41 makes an agent, and so a connection, for each request. */
async function post(key: string, options: IHttpRequestOptions) {
	const { baseURL = '', url, body, method = 'GET' } = options;
	const agent = new Agent();
	const sent = request(baseURL + url, {
		...{ agent, method },
		headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
	});
	sent.end(body === undefined ? undefined : JSON.stringify(body));
	const [response] = (await once(sent, 'response')) as [IncomingMessage];
	const answer = await text(response);
	agent.destroy();

	return {
		...{ statusCode: response.statusCode, headers: response.headers },
		body: answer === '' ? '' : (JSON.parse(answer) as unknown),
	};
}
