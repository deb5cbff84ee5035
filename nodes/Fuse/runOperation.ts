import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { textParameter } from '../shared/parameters.ts';
import type { Service } from '../shared/service.ts';
import { operationOf } from './resources/index.ts';
import { needOf, type Answer } from './shared/operation.ts';

/** Runs what is chosen for one item; each answer becomes an item. */
export async function runOperation(
	context: IExecuteFunctions,
	service: Service,
	itemIndex: number,
): Promise<Answer[]> {
	const resource = textParameter(context, 'resource', itemIndex);
	const name = textParameter(context, 'operation', itemIndex);
	const operation = operationOf(resource, name);
	if (operation) {
		const call = { context, service, itemIndex, need: needOf(operation) };
		if ('runToFile' in operation) return await operation.runToFile(call);
		return (await operation.run(call)).map((json) => ({ json }));
	}

	throw new NodeOperationError(context.getNode(), `There is no operation ${resource}: ${name}`, {
		itemIndex,
		description: 'Choose Resource and Operation again; this version of the node does not have it.',
	});
}
