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
	const rejected: INodeExecutionData[] = [];
	// Whoever continues on errors still did not get a yes.
	const allowed = sortOut({ node, verdicts, items }, rejected, rejected);

	return [allowed, rejected];
}

/** What n8n goes on with after a wait. It takes it as it is: the items for an error output it does not sort out then. */
export function resumedOutputs(
	node: INode,
	verdicts: readonly Verdict[],
	items: readonly INodeExecutionData[],
): INodeExecutionData[][] {
	if (node.onError !== 'continueErrorOutput') return twoOutputs(node, verdicts, items);
	const rejected: INodeExecutionData[] = [];
	const failed: INodeExecutionData[] = [];
	const withFields: INode = { ...node, onError: 'continueRegularOutput' };
	const allowed = sortOut({ node: withFields, verdicts, items }, rejected, failed);

	return [allowed, rejected, failed];
}

type Decided = {
	node: INode;
	verdicts: readonly Verdict[];
	items: readonly INodeExecutionData[];
};

/** The allowed items; the others go into `rejected` and `failed`. */
function sortOut(
	{ node, verdicts, items }: Decided,
	rejected: INodeExecutionData[],
	failed: INodeExecutionData[],
): INodeExecutionData[] {
	const allowed: INodeExecutionData[] = [];
	for (const [itemIndex, verdict] of verdicts.entries()) {
		const item = items[itemIndex] ?? { json: {} };
		if ('fault' in verdict) {
			failed.push(errorItem(node, item, verdict.fault, itemIndex));
			continue;
		}
		const { decision, fuse } = verdict.decision;
		if (decision === 'allow') allowed.push(withFuse(item, fuse, itemIndex));
		if (decision === 'reject') rejected.push(withFuse(item, fuse, itemIndex));
	}
	return allowed;
}

export function asParkedFault({ message, description }: NodeFault): ParkedFault {
	return { message, description: description ?? null };
}

export function asFault(node: INode, { message, description }: ParkedFault): NodeFault {
	return new NodeOperationError(node, message, description === null ? {} : { description });
}
