import { NodeApiError, NodeOperationError } from 'n8n-workflow';

/** The node error that `promise` ends with; anything else fails the test. */
export async function thrownBy(
	promise: Promise<unknown>,
): Promise<NodeApiError | NodeOperationError> {
	try {
		await promise;
	} catch (error) {
		if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
		throw error;
	}
	throw new Error('Expected an error');
}
