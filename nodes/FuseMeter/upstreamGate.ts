import type { IExecuteFunctions } from 'n8n-workflow';
import { isRecord, recordAt, type JsonRecord } from '../../core/readers/reading.ts';

/** `n8n-nodes-llm-fuse.fuseGate` when installed, `CUSTOM.fuseGate` during development. */
const GATE_TYPE_SUFFIX = '.fuseGate';

/** What a Gate decided about an item: tenant, reservation, what it knew of the call. `name` is the node's. */
export type GateAnswer = { name: string | undefined; fuse: JsonRecord };

/**
 * The answer of the nearest Gate upstream about the item that became this one. The nodes in between (an HTTP Request,
 * say) usually replace the item's JSON, so n8n's item linking finds it. Empty when there is no Gate, or the link is lost
 * and nothing was carried along in `fuse`.
 */
export function upstreamGate(context: IExecuteFunctions, itemIndex: number): GateAnswer {
	// n8n lists parents farthest first.
	const gates = context
		.getParentNodes(context.getNode().name)
		.filter(({ type, disabled }) => type.endsWith(GATE_TYPE_SUFFIX) && !disabled)
		.reverse();

	for (const { name } of gates) {
		const fuse = linkedFuse(context, name, itemIndex);
		if (fuse) return { name, fuse };
	}
	const own: unknown = context.getInputData()[itemIndex]?.json['fuse'];
	return { name: undefined, fuse: isRecord(own) ? own : {} };
}

/** Looking up a linked item throws when this item took another branch or a node in between broke the link. */
function linkedFuse(
	context: IExecuteFunctions,
	gateName: string,
	itemIndex: number,
): JsonRecord | undefined {
	try {
		// `true` asks for the whole item: with binary data combined n8n would hand out its JSON alone.
		const linked: unknown = context.getWorkflowDataProxy(itemIndex).$(gateName, true).item;
		const fuse = isRecord(linked) ? recordAt(linked, 'json')['fuse'] : undefined;

		return isRecord(fuse) ? fuse : undefined;
	} catch {
		return undefined;
	}
}
