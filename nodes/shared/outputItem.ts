import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
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

/** The item for a user who chose to continue on errors; `error` lets n8n route it to an error output. */
export function errorItem(
	item: INodeExecutionData,
	error: NodeFault,
	itemIndex: number,
): INodeExecutionData {
	const { message, description } = error;
	const details = description ? { error: message, details: description } : { error: message };

	return { json: { ...item.json, ...details }, error, pairedItem: { item: itemIndex } };
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
