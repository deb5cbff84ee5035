import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import type { NodeFault } from '../../shared/outputItem.ts';

/**
 * Whether an AI agent runs this node. AI Agent 3 runs tools like any other node, and `isToolExecution()` is false there;
 * what tells is the type n8n makes of a node that is usable as a tool, `fuseTool`.
 */
export function runsAsTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution() || context.getNode().type.endsWith('Tool');
}

/** An agent reads the message alone, so how to get unstuck has to be in it. */
export function forAgent(
	context: IExecuteFunctions,
	fault: NodeFault,
	itemIndex: number,
): NodeFault {
	const { message, description } = fault;
	if (!description || message.includes(description)) return fault;

	return new NodeOperationError(context.getNode(), `${message}. ${description}`, { itemIndex });
}

/**
 * For a user who continues on errors. n8n takes an item of these two fields for an error and adds the fields of its
 * input item on the error output; given the error itself it would keep the message alone.
 */
export function faultJson({ message, description }: NodeFault): IDataObject {
	return description ? { error: message, details: description } : { error: message };
}
