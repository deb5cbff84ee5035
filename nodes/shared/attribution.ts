import type { IExecuteFunctions, ISupplyDataFunctions } from 'n8n-workflow';

/** Which workflow, node and execution a call belongs to. Filled in by itself: nobody has to keep it right. */
export type Attribution = { workflowId: string; nodeName: string; executionId: string };

export function attribution(context: IExecuteFunctions | ISupplyDataFunctions): Attribution {
	return {
		workflowId: context.getWorkflow().id ?? 'unsaved',
		nodeName: context.getNode().name,
		executionId: context.getExecutionId(),
	};
}

/**
 * The name of the trigger that started this execution: the one node without a node before it that ran. Undefined for a
 * sub-node, and when the run began in the middle of the workflow.
 */
export function startedBy(context: IExecuteFunctions): string | undefined {
	const proxy = context.getWorkflowDataProxy(0);

	return context
		.getParentNodes(context.getNode().name)
		.filter(({ name, disabled }) => !disabled && context.getParentNodes(name).length === 0)
		.map(({ name }) => name)
		.find((name) => proxy.$(name).isExecuted === true);
}
