import { deployWorkflow } from './deployWorkflow.ts';
import type { N8nApi } from './n8nApi.ts';
import { inARow, workflowOf } from './workflow.ts';

/** What containment hands to a step. */
export interface StepInput {
	actionId: string;
	attempt: number;
	incidentId: string;
	tenantId: string;
	vendor: string;
	action: string;
	targetId: string;
	direction: 'apply' | 'undo';
	sequence: number;
	settings: Record<string, unknown>;
	restore: Record<string, unknown> | null;
}

/** The one item every step answers with. */
export interface StepOutcome {
	outcome: 'applied' | 'already' | 'notFound' | 'unsupported' | 'failed';
	reversible: boolean;
	restore: Record<string, unknown> | null;
	detail: string;
	http: { status: number; requestId?: string } | null;
	requestedAt: string;
	verifiedAt: string | null;
	retryAfterMs: number | null;
}

/** Calls one step by its workflow id, and returns all items it answered with. */
export type StepCaller = (workflowId: string, input: StepInput) => Promise<StepOutcome[]>;

/** A workflow that does nothing but call the step it is told to. */
export async function deployStepCaller(n8n: N8nApi & { baseUrl: string }): Promise<StepCaller> {
	const workflow = workflowOf(
		'Call a step',
		[
			{
				...{ name: 'Called', type: 'webhook', version: 2.1 },
				parameters: {
					httpMethod: 'POST',
					path: 'call-a-step',
					responseMode: 'lastNode',
					responseData: 'allEntries',
				},
			},
			{
				...{ name: 'Input', type: 'set', version: 3.5 },
				parameters: { mode: 'raw', jsonOutput: '={{ $json.body.input }}', options: {} },
			},
			{
				...{ name: 'Step', type: 'executeWorkflow', version: 1.4 },
				parameters: {
					workflowId: {
						...{ __rl: true, mode: 'id' },
						value: "={{ $('Called').first().json.body.workflowId }}",
					},
					options: {},
				},
			},
		],
		inARow('Called', 'Input', 'Step'),
	);
	const { call } = await deployWorkflow(n8n, workflow);

	return async (workflowId, input) => {
		const answer = await call({ workflowId, input });
		const text = await answer.text();
		if (!answer.ok) throw new Error(`the step answered ${answer.status}: ${text}`);
		return JSON.parse(text);
	};
}

/** What most tests look at. */
export function summary({ outcome, reversible, restore, http, verifiedAt }: StepOutcome) {
	return { outcome, reversible, restore, status: http?.status, verified: verifiedAt !== null };
}
