import type { N8nApi, Workflow } from './n8nApi.ts';
import { poll } from './poll.ts';

/** One run of a node, as n8n keeps it. */
export interface NodeRun {
	executionStatus: string;
	error?: { message: string; description?: string | null };
	hints?: Array<{ message: string }>;
	/** Items by kind of connection and output. */
	data?: Record<string, Array<Array<{ json: Record<string, unknown> }> | null>>;
}

export interface WorkflowExecution {
	id: string;
	status: string;
	runs: (node: string) => NodeRun[];
	/** What the only run of a node handed out at an output. */
	items: (node: string, output?: number) => Array<Record<string, unknown>>;
}

export interface DeployedWorkflow {
	/** Calls the webhook. */
	call: (body: unknown) => Promise<Response>;
	/** Waits for an execution that has come to an end; each is returned once. */
	ended: () => Promise<WorkflowExecution>;
	/** Waits until one execution is in the status, and returns its id. */
	idOf: (status: string) => Promise<string>;
}

interface StoredExecution {
	id: string;
	status: string;
	data: { resultData: { runData: Record<string, NodeRun[]> } };
}

type Api = Pick<N8nApi, 'get' | 'createWorkflow' | 'activate'> & { baseUrl: string };

/** Creates and activates a workflow that starts with a POST webhook; it listens when this resolves. */
export async function deployWorkflow(n8n: Api, workflow: Workflow): Promise<DeployedWorkflow> {
	const workflowId = await n8n.createWorkflow(workflow);
	await n8n.activate(workflowId);
	const webhook = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.webhook');
	const url = `${n8n.baseUrl}/webhook/${String(webhook?.parameters['path'])}`;
	// n8n answers the activation before it has registered the webhook.
	await poll({ what: `the webhook of ${workflow.name}` }, async () => {
		const answer = await fetch(url);
		return (await answer.text()).includes('not registered for GET') ? true : undefined;
	});

	const returned = new Set<string>();
	const executions = async (filter = '') => {
		const path = `/api/v1/executions?workflowId=${workflowId}&includeData=true${filter}`;
		return (await n8n.get<{ data: StoredExecution[] }>(path)).data;
	};
	return {
		call: (body) =>
			fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			}),
		ended: async () => {
			const found = await poll({ what: `the end of ${workflow.name}` }, async () =>
				(await executions()).find(
					({ id, status }) => !['new', 'running', 'waiting'].includes(status) && !returned.has(id),
				),
			);
			returned.add(found.id);
			return readable(found);
		},
		idOf: async (status) => {
			// Running executions are listed only when they are asked for.
			const [found] = await poll({ what: `${workflow.name} to be ${status}` }, async () => {
				const all = await executions(`&status=${status}`);
				return all.length > 0 ? all : undefined;
			});
			return found?.id ?? '';
		},
	};
}

function readable({ id, status, data }: StoredExecution): WorkflowExecution {
	const runs = (node: string) => data.resultData.runData[node] ?? [];
	const items = (node: string, output = 0) =>
		runs(node).flatMap((run) => (run.data?.['main']?.[output] ?? []).map(({ json }) => json));

	return { id, status, runs, items };
}
