import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Whether an AI agent runs this node. AI Agent 3 runs tools like any other node, and `isToolExecution()` is false there;
 * what tells is the type n8n makes of a node that is usable as a tool, `fuseTool`.
 */
export function runsAsTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution() || context.getNode().type.endsWith('Tool');
}
