import type { IExecuteFunctions } from 'n8n-workflow';

/** Which workflow, node and execution a call belongs to. Filled in by itself: nobody has to keep it right. */
export type Attribution = { workflowId: string; nodeName: string; executionId: string };

export function attribution(context: IExecuteFunctions): Attribution {
	return {
		workflowId: context.getWorkflow().id ?? 'unsaved',
		nodeName: context.getNode().name,
		executionId: context.getExecutionId(),
	};
}
