import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import type { NodeFault } from '../../shared/outputItem.ts';

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
