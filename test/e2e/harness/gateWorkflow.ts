import { deployWorkflow, type WorkflowExecution } from './deployWorkflow.ts';
import type { Workflow } from './n8nApi.ts';
import { poll } from './poll.ts';
import type { World } from './startWorld.ts';
import { inARow, workflowOf, type Step } from './workflow.ts';

interface GateCall {
	/** One item each, in this order. */
	tenants: string[];
	deadlineMinutes?: number;
	/** One item at a time, in a Loop Over Items. */
	inLoop?: boolean;
}

/** An execution that waits at its Gate. */
export interface WaitingExecution {
	id: string;
	/** Where the service wakes it. */
	resumeUrl: string;
	status: () => Promise<string>;
	ended: (timeoutMs?: number) => Promise<WorkflowExecution>;
}

/** What the Gate adds to an item. */
export interface Fuse {
	decision: string;
	tenantId: string;
	reservationId?: string;
	queueId?: string;
	reasons?: Array<{ code: string }>;
}

/**
 * Starts an execution whose Gate has to wait: the items go from there to `Allowed` and a Meter, or to `Rejected`. `Before`
 * puts something between, so that the items have a link to keep.
 */
export async function startAtGate(world: World, call: GateCall): Promise<WaitingExecution> {
	const { n8n } = world;
	const workflow = gateWorkflow(world, call);
	const gateId = workflow.nodes.find(({ name }) => name === 'Gate')?.id ?? '';
	const deployed = await deployWorkflow(n8n, workflow);
	await deployed.call({ tenants: call.tenants });
	const id = await deployed.idOf('waiting');

	const status = async () => (await stored(n8n, id)).status;
	const { data } = await stored(n8n, id);
	const { url } = data.resultData.runData['Url']?.[0]?.data.main[0]?.[0]?.json ?? {};
	return {
		id,
		resumeUrl: `${String(url)}/${gateId}`,
		status,
		ended: async (timeoutMs = 20_000) => {
			await poll({ what: `the end of execution ${id}`, timeoutMs }, async () =>
				['success', 'error', 'crashed'].includes(await status()) ? true : undefined,
			);
			return deployed.ended();
		},
	};
}

interface Stored {
	status: string;
	data: {
		resultData: {
			runData: Record<
				string,
				Array<{ data: { main: Array<Array<{ json: Record<string, unknown> }>> } }>
			>;
		};
	};
}

function stored(n8n: World['n8n'], id: string): Promise<Stored> {
	return n8n.get<Stored>(`/api/v1/executions/${id}?includeData=true`);
}

function gateWorkflow(world: World, call: GateCall): Workflow {
	const { tenants, inLoop = false } = call;
	const wires = [
		...inARow('Called', 'Url', 'Tenants', 'Before', inLoop ? 'Loop' : 'Gate'),
		...inARow('Gate', 'Allowed', 'Called the model', 'Meter'),
		{ from: 'Gate', to: 'Rejected', output: 1 },
	];
	const rounds = [
		{ from: 'Loop', to: 'Gate', output: 1 },
		...inARow('Meter', 'Loop'),
		...inARow('Rejected', 'Loop'),
	];

	return workflowOf(`Gate of ${tenants.join(' and ')}`, stepsOf(world, call), [
		...wires,
		...(inLoop ? rounds : []),
	]);
}

function stepsOf({ credentials }: World, call: GateCall): Step[] {
	const { tenants, deadlineMinutes = 60, inLoop = false } = call;
	const fuseApi = { fuseApi: credentials['fuseApi'] ?? '' };
	const gate = {
		...{ tenantId: '={{ $json.tenant }}', whenOver: 'wait', lane: 'interactive', deadlineMinutes },
		...{ provider: 'openai', model: 'gpt-4o-mini', promptText: '={{ $json.tenant }}' },
	};
	const split = { fieldToSplitOut: 'tenants', options: { destinationFieldName: 'tenant' } };
	const meter = { usageFrom: 'numbers', inputTokens: 10, outputTokens: 5 };
	const fuseNode = { version: 1, credentials: fuseApi };

	return [
		{
			...{ name: 'Called', type: 'webhook', version: 2.1 },
			parameters: { httpMethod: 'POST', path: `gate-${tenants.join('-')}`, options: {} },
		},
		set('Url', '={{ { url: $execution.resumeUrl } }}'),
		set('Tenants', '={{ { tenants: $("Called").item.json.body.tenants } }}'),
		{ name: 'Before', type: 'splitOut', version: 1, parameters: split },
		...(inLoop
			? [{ name: 'Loop', type: 'splitInBatches', version: 3, parameters: { options: {} } }]
			: []),
		{ name: 'Gate', type: 'n8n-nodes-llm-fuse.fuseGate', parameters: gate, ...fuseNode },
		set('Allowed', '={{ { fuse: $json.fuse } }}'),
		set('Rejected', '={{ { fuse: $json.fuse } }}'),
		// Without `fuse` in the item the Meter has to find the Gate's answer through the item's link.
		set('Called the model', '{ "answer": "Yes" }'),
		{ name: 'Meter', type: 'n8n-nodes-llm-fuse.fuseMeter', parameters: meter, ...fuseNode },
	];
}

function set(name: string, jsonOutput: string): Step {
	return { name, type: 'set', version: 3.5, parameters: { mode: 'raw', jsonOutput, options: {} } };
}
