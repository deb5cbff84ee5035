import type { TemplateNode as WorkflowNode } from '../../workflows/readTemplates.ts';
import { poll } from './poll.ts';

const owner = {
	email: 'owner@example.com',
	firstName: 'Test',
	lastName: 'Owner',
	password: 'Password1',
};

export interface Workflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings: Record<string, unknown>;
}

export interface Execution {
	id: string;
	status: string;
	workflowId: string;
	data: { resultData: { runData: Record<string, unknown[]>; error?: { message: string } } };
}

export interface N8nApi {
	/** What signs the owner in, for the editor. */
	cookie: string;
	get: <T>(path: string) => Promise<T>;
	post: <T>(path: string, body: unknown) => Promise<T>;
	createCredential: (type: string, data: object) => Promise<string>;
	createWorkflow: (workflow: Workflow) => Promise<string>;
	activate: (workflowId: string) => Promise<void>;
	/** Waits until `count` executions of a workflow have ended, and returns them, newest first. */
	endedExecutions: (workflowId: string, count: number) => Promise<Execution[]>;
	/** Runs a workflow from a trigger that receives nothing, as a click on it does. */
	start: (workflowId: string, trigger: string) => Promise<void>;
	/** Runs a workflow again from what its trigger once received, as "Copy to editor" and a click do. */
	runAgain: (execution: Execution, trigger: string) => Promise<void>;
}

/** Sets up the owner of a fresh n8n and an API key with every scope. */
export async function connectToN8n(baseUrl: string): Promise<N8nApi> {
	await request(`${baseUrl}/rest/owner/setup`, { method: 'POST', body: owner });
	const login = await request(`${baseUrl}/rest/login`, {
		method: 'POST',
		body: { emailOrLdapLoginId: owner.email, password: owner.password },
	});
	const cookie = login.headers
		.getSetCookie()
		.map((one) => one.split(';')[0])
		.join('; ');
	const signedIn = { cookie };

	const scopes: { data: string[] } = await (
		await request(`${baseUrl}/rest/api-keys/scopes`, { headers: signedIn })
	).json();
	const created: { data: { rawApiKey: string } } = await (
		await request(`${baseUrl}/rest/api-keys`, {
			method: 'POST',
			headers: signedIn,
			body: { label: 'end to end', expiresAt: null, scopes: scopes.data },
		})
	).json();
	const headers = { ...signedIn, 'x-n8n-api-key': created.data.rawApiKey };

	const get: N8nApi['get'] = async (path) =>
		(await request(`${baseUrl}${path}`, { headers })).json();
	const post: N8nApi['post'] = async (path, body) =>
		(await request(`${baseUrl}${path}`, { method: 'POST', headers, body })).json();

	return {
		cookie,
		get,
		post,
		createCredential: async (type, data) => {
			const { id } = await post<{ id: string }>('/api/v1/credentials', { name: type, type, data });
			return id;
		},
		createWorkflow: async ({ name, nodes, connections, settings }) => {
			const body = { name, nodes, connections, settings };
			const { id } = await post<{ id: string }>('/api/v1/workflows', body);
			return id;
		},
		activate: async (id) => {
			await post(`/api/v1/workflows/${id}/activate`, {});
		},
		endedExecutions: (workflowId, count) =>
			poll({ what: `${count} executions of ${workflowId}`, timeoutMs: 60_000 }, async () => {
				const path = `/api/v1/executions?workflowId=${workflowId}&includeData=true&limit=250`;
				const { data } = await get<{ data: Execution[] }>(path);
				const ended = data.filter(({ status }) => !['new', 'running'].includes(status));
				return ended.length >= count ? ended : undefined;
			}),
		start: async (workflowId, trigger) => {
			const workflowData = await get(`/api/v1/workflows/${workflowId}`);
			const triggerToStartFrom = { name: trigger };
			await post(`/rest/workflows/${workflowId}/run`, { workflowData, triggerToStartFrom });
		},
		runAgain: async ({ workflowId, data }, trigger) => {
			const workflowData = await get(`/api/v1/workflows/${workflowId}`);
			const received = data.resultData.runData[trigger]?.[0];
			const triggerToStartFrom = { name: trigger, data: received };
			await post(`/rest/workflows/${workflowId}/run`, { workflowData, triggerToStartFrom });
		},
	};
}

interface RequestOptions {
	method?: string;
	headers?: Record<string, string>;
	body?: unknown;
}

async function request(url: string, { method = 'GET', headers = {}, body }: RequestOptions) {
	const answer = await fetch(url, {
		method,
		headers: { 'content-type': 'application/json', ...headers },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	if (answer.ok) return answer;
	throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`);
}
