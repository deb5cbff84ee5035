import { NodeConnectionTypes, type ISupplyDataFunctions } from 'n8n-workflow';
import { textParameter } from '../shared/parameters.ts';
import type { CallRun, GuardContext } from './callRun.ts';

/** Which hint; an execution is given each once. */
type HintKey = 'tenant' | 'promptFields' | 'promptChange' | 'unavailable' | 'notRecorded';

/** Says something on the canvas that no output of this node would show. */
export function hint({ context, memory }: GuardContext, key: HintKey, message: string): void {
	const executionId = context.getExecutionId();
	const given = `${context.getNode().name}:${key}`;
	if (memory.hints.get(executionId, given)) return;

	memory.hints.set(executionId, given, true);
	context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
}

/** More items than this are not looked at: the expression of each has to be resolved. */
const MAX_ITEMS = 100;

/**
 * n8n resolves a sub-node's parameters for the first item of its consumer. When Tenant ID is another one for other
 * items, somebody pays for somebody else.
 */
export function hintSharedTenant(guard: GuardContext, run: CallRun): void {
	if (run.perItem) return;
	const { context, settings } = guard;
	const items = itemsOf(context);
	const others = Array.from({ length: Math.min(items, MAX_ITEMS) }, (_, index) => index)
		.map((index) => tenantOfItem(context, index))
		.filter((tenantId) => tenantId !== run.tenantId);
	if (others.length === 0) return;

	hint(
		guard,
		'tenant',
		`All calls for ${items} items are charged to tenant ${run.tenantId}, the one of the first item, but Tenant ID differs between the items. Add Tracing Metadata with the key ${settings.tenantKey} to the AI Agent, or put a Loop Over Items node with batch size 1 before it.`,
	);
}

/** A sub-node is handed the input of its consumer. A consumer that is a tool itself may have none. */
function itemsOf(context: ISupplyDataFunctions): number {
	try {
		return context.getInputData(0, NodeConnectionTypes.Main).length;
	} catch {
		return 0;
	}
}

/** An expression that cannot be resolved for an item names no other tenant. */
function tenantOfItem(context: ISupplyDataFunctions, itemIndex: number): string | undefined {
	try {
		return textParameter(context, 'tenantId', itemIndex);
	} catch {
		return undefined;
	}
}
