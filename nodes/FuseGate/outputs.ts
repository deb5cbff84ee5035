import { NodeOperationError, type INode, type INodeExecutionData } from 'n8n-workflow';
import { errorItem, withFuse, type NodeFault } from '../shared/outputItem.ts';
import type { GateDecision } from './parseDecision.ts';
import type { ParkedFault } from './parked.ts';

/** What became of one item. */
export type Verdict = { decision: GateDecision } | { fault: NodeFault };

type Decided = { verdicts: readonly Verdict[]; items: readonly INodeExecutionData[] };

const ALLOWED = 0;
const REJECTED = 1;
const FAILED = 2;

/** Allowed and Rejected. An item that waits is on neither. Whoever continues on errors still did not get a yes. */
export function twoOutputs(node: INode, decided: Decided): INodeExecutionData[][] {
	return sortOut(node, decided, REJECTED);
}

/** What n8n goes on with after a wait. It takes it as it is: the items for an error output it does not sort out then. */
export function resumedOutputs(node: INode, decided: Decided): INodeExecutionData[][] {
	if (node.onError !== 'continueErrorOutput') return twoOutputs(node, decided);

	// Nor does it add the fields of the input to them.
	return sortOut({ ...node, onError: 'continueRegularOutput' }, decided, FAILED);
}

function sortOut(
	node: INode,
	{ verdicts, items }: Decided,
	faultsGoTo: typeof REJECTED | typeof FAILED,
): INodeExecutionData[][] {
	const outputs: INodeExecutionData[][] = Array.from({ length: faultsGoTo + 1 }, () => []);
	for (const [itemIndex, verdict] of verdicts.entries()) {
		const item = items[itemIndex] ?? { json: {} };
		if ('fault' in verdict) {
			outputs[faultsGoTo]?.push(errorItem(node, item, verdict.fault, itemIndex));
			continue;
		}
		const { decision, fuse } = verdict.decision;
		if (decision === 'queue') continue;
		outputs[decision === 'allow' ? ALLOWED : REJECTED]?.push(withFuse(item, fuse, itemIndex));
	}
	return outputs;
}

export function asParkedFault({ message, description }: NodeFault): ParkedFault {
	return { message, description: description ?? null };
}

export function asFault(node: INode, { message, description }: ParkedFault): NodeFault {
	return new NodeOperationError(node, message, description === null ? {} : { description });
}
