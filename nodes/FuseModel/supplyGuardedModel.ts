import { NodeConnectionTypes, NodeOperationError, type ISupplyDataFunctions } from 'n8n-workflow';
import { connectService } from '../shared/service.ts';
import { callGuard } from './callGuard.ts';
import type { Clock } from './clock.ts';
import { isChatModel, type ChatModelLike } from './langchainTypes.ts';
import { guardModel } from './patchModel.ts';
import { forgetExecution, type ProcessMemory } from './processMemory.ts';
import { nestModelLog } from './runLog.ts';
import { readSettings } from './settings.ts';

/** The connected model itself, with every call of it guarded. n8n makes a new one for each consumer. */
export async function supplyGuardedModel(
	context: ISupplyDataFunctions,
	itemIndex: number,
	{ clock, memory }: { clock: Clock; memory: ProcessMemory },
): Promise<ChatModelLike> {
	const model: unknown = await context.getInputConnectionData(
		NodeConnectionTypes.AiLanguageModel,
		itemIndex,
	);
	if (!isChatModel(model)) throw noChatModel(context, itemIndex);

	const settings = readSettings(context, itemIndex);
	const service = await connectService(context);
	const executionId = context.getExecutionId();
	nestModelLog(model);
	// n8n 2.41 has it, older ones forget by the size of the memory.
	context.onExecutionFinish?.(() => forgetExecution(memory, executionId));

	return guardModel(model, callGuard({ context, service, settings, clock, memory }));
}

function noChatModel(context: ISupplyDataFunctions, itemIndex: number): NodeOperationError {
	return new NodeOperationError(context.getNode(), 'The connected node gives no chat model', {
		itemIndex,
		functionality: 'configuration-node',
		description:
			'Connect a node whose name ends with Chat Model. Models that only complete text are not supported.',
	});
}
