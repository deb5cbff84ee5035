import { randomUUID } from 'node:crypto';
import type { Workflow } from './n8nApi.ts';
import { poll } from './poll.ts';
import type { World } from './startWorld.ts';

interface ParkingCall {
	tenantId: string;
	deadlineSeconds?: number;
	/** For how long the execution does something else between asking and its Wait node. */
	busySeconds?: number;
	/** Webhook Suffix of the Wait node; the execution asks with it. */
	suffix?: string;
}

/** What the last node of the workflow hands out: the body of the message, and the address it came to. */
export interface Told {
	resumeUrl: string;
	type: string;
	data: {
		queueId: string;
		decision: string;
		reservationId: string | null;
		reasons: Array<{ code: string }>;
	};
}

export interface ParkingExecution {
	id: string;
	status: string;
	data: {
		resultData: {
			runData: { Told?: Array<{ data: { main: Array<Array<{ json: Told }>> } }> };
		};
	};
}

interface Parking {
	/** All executions there are of the workflow. */
	executions: () => Promise<ParkingExecution[]>;
	/** Waits until the execution has the status, and returns it. */
	executionIs: (status: string) => Promise<ParkingExecution>;
}

/** Creates and starts a workflow that asks, waits and shows what it was told: docs/queue.md, "In n8n". */
export async function startParkingCall(world: World, call: ParkingCall): Promise<Parking> {
	const { n8n } = world;
	const workflowId = await n8n.createWorkflow(parkingWorkflow(world, call));
	await n8n.activate(workflowId);
	// n8n answers the activation before it has registered the webhook.
	await poll({ what: `the webhook of ${call.tenantId}` }, async () => {
		const answer = await fetch(`${n8n.baseUrl}/webhook/${pathOf(call)}`, { method: 'POST' });
		return answer.ok ? true : undefined;
	});

	const executions = async () => {
		const path = `/api/v1/executions?workflowId=${workflowId}&includeData=true`;
		return (await n8n.get<{ data: ParkingExecution[] }>(path)).data;
	};
	const executionIs = (status: string) =>
		poll({ what: `the execution of ${call.tenantId} to be ${status}` }, async () =>
			(await executions()).find((execution) => execution.status === status),
		);
	return { executions, executionIs };
}

function pathOf({ tenantId }: ParkingCall): string {
	return `parking-${tenantId}`;
}

/** Name, core type, version and parameters. */
type Step = [name: string, type: string, version: number, parameters: Record<string, unknown>];

function parkingWorkflow({ service, credentials }: World, call: ParkingCall): Workflow {
	const steps = stepsOf(call, `${service.baseUrl}/v1/reservations`);
	const fuseApi = { id: credentials['fuseApi'] ?? '', name: 'LLM Fuse API' };

	return {
		name: `Parking for ${call.tenantId}`,
		nodes: steps.map(([name, type, typeVersion, parameters], index) => ({
			id: randomUUID(),
			name,
			type: `n8n-nodes-base.${type}`,
			typeVersion,
			position: [240 * index, 0],
			parameters,
			// Without one, n8n puts a webhook under the ids of its workflow and node, not under its path.
			webhookId: randomUUID(),
			...(type === 'httpRequest' ? { credentials: { fuseApi } } : {}),
		})),
		connections: Object.fromEntries(
			steps
				.slice(1)
				.map(([name], index) => [
					steps[index]?.[0],
					{ main: [[{ node: name, type: 'main', index: 0 }]] },
				]),
		),
		settings: { executionOrder: 'v1' },
	};
}

function stepsOf(call: ParkingCall, askUrl: string): Step[] {
	const { tenantId, deadlineSeconds = 60, busySeconds = 0, suffix } = call;
	const resumeUrl = `{{ $execution.resumeUrl }}${suffix === undefined ? '' : `/${suffix}`}`;
	const question = { tenantId, microCents: 10, resumeUrl, deadlineSeconds };
	const ask = {
		method: 'POST',
		url: askUrl,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'fuseApi',
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `=${JSON.stringify(question)}`,
		options: {},
	};
	const told = '={{ JSON.stringify({ ...$json.body, resumeUrl: $execution.resumeUrl }) }}';
	const options = suffix === undefined ? {} : { webhookSuffix: suffix };

	return [
		['Called', 'webhook', 2.1, { httpMethod: 'POST', path: pathOf(call), options: {} }],
		['Ask', 'httpRequest', 4.5, ask],
		// Under 65 s n8n waits in memory: the execution runs.
		['Busy', 'wait', 1.1, { resume: 'timeInterval', amount: busySeconds, unit: 'seconds' }],
		['Wait', 'wait', 1.1, { resume: 'webhook', httpMethod: 'POST', options }],
		['Told', 'set', 3.5, { mode: 'raw', jsonOutput: told, options: {} }],
	];
}
