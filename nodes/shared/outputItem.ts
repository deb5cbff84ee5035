import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

export type NodeFault = NodeApiError | NodeOperationError;

export function asNodeFault(
	context: IExecuteFunctions,
	error: unknown,
	itemIndex: number,
): NodeFault {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;

	const cause = error instanceof Error ? error : new Error(String(error));
	return new NodeOperationError(context.getNode(), cause, { itemIndex });
}

/**
 * The item for a user who chose to continue on errors: its fields, and what happened. Without the error object itself, for
 * which n8n would drop everything but the message. An error output takes items of nothing but the fault, and n8n adds
 * the fields of the input there.
 */
export function errorItem(
	{ onError }: INode,
	item: INodeExecutionData,
	fault: NodeFault,
	itemIndex: number,
): INodeExecutionData {
	const json = faultJson(fault);

	return {
		json: onError === 'continueErrorOutput' ? json : { ...item.json, ...json },
		...(item.binary ? { binary: item.binary } : {}),
		pairedItem: { item: itemIndex },
	};
}

/** What happened, and how to get unstuck. */
export function faultJson({ message, description }: NodeFault): IDataObject {
	return description ? { error: message, details: description } : { error: message };
}

/** The item as it came in plus what the service said about it, under `fuse`. */
export function withFuse(
	item: INodeExecutionData,
	fuse: INodeExecutionData['json'],
	itemIndex: number,
): INodeExecutionData {
	return {
		json: { ...item.json, fuse },
		...(item.binary ? { binary: item.binary } : {}),
		pairedItem: { item: itemIndex },
	};
}
