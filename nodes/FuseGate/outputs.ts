import { NodeOperationError, type INode, type INodeExecutionData } from 'n8n-workflow';
import { errorItem, withFuse, type NodeFault } from '../shared/outputItem.ts';
import type { GateDecision } from './parseDecision.ts';
import type { ParkedFault } from './parked.ts';

/** What became of one item. */
export type Verdict = { decision: GateDecision } | { fault: NodeFault };

/** Allowed and Rejected. An item that waits is on neither. */
export function twoOutputs(
	node: INode,
	verdicts: readonly Verdict[],
	items: readonly INodeExecutionData[],
): INodeExecutionData[][] {
	const allowed: INodeExecutionData[] = [];
	const rejected: INodeExecutionData[] = [];

	for (const [itemIndex, verdict] of verdicts.entries()) {
		const item = items[itemIndex] ?? { json: {} };
		if ('fault' in verdict) {
			// Whoever continues on errors still did not get a yes.
			rejected.push(errorItem(node, item, verdict.fault, itemIndex));
			continue;
		}
		const { decision, fuse } = verdict.decision;
		if (decision === 'allow') allowed.push(withFuse(item, fuse, itemIndex));
		if (decision === 'reject') rejected.push(withFuse(item, fuse, itemIndex));
	}
	return [allowed, rejected];
}

export function asParkedFault({ message, description }: NodeFault): ParkedFault {
	return { message, description: description ?? null };
}

export function asFault(node: INode, { message, description }: ParkedFault): NodeFault {
	return new NodeOperationError(node, message, description === null ? {} : { description });
}
