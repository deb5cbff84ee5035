import {
	WAIT_INDEFINITELY,
	type IExecuteFunctions,
	type INodeExecutionData,
	type IWebhookFunctions,
} from 'n8n-workflow';
import type { Asked } from './askGate.ts';

/** What is known of one item while its execution waits. */
export type ParkedCall = ({ outcome: 'asked' } & Asked) | { outcome: 'failed'; fault: ParkedFault };

/** A node error as text: an error object does not survive the database. */
export type ParkedFault = { message: string; description: string | null };

/** Everything a waiting Gate needs to go on: its items, and one call for each of them, in their order. */
export type Parked = { calls: ParkedCall[]; items: INodeExecutionData[] };

const KEY = 'parked';

/** Expressions run in a sandbox of 128 MB; a few pieces of this length fit in many times over. */
const PIECE_LENGTH = 4_000_000;

/**
 * n8n runs no `execute` again for a webhook that resumes an execution, and drops what the waiting node put out. The
 * node's context is kept with the execution, in the database, so it also outlives a restart of n8n.
 *
 * There is no time limit on purpose: at one, n8n would send all items to the first output, which is Allowed.
 */
export async function park(context: IExecuteFunctions, calls: ParkedCall[]): Promise<void> {
	const text = JSON.stringify({ calls, items: context.getInputData() });
	const pieces: string[] = [];
	for (let start = 0; start < text.length; start += PIECE_LENGTH) {
		pieces.push(text.slice(start, start + PIECE_LENGTH));
	}
	Object.assign(context.getContext('node'), { [KEY]: pieces });
	await context.putExecutionToWait(WAIT_INDEFINITELY);
}

/**
 * Undefined when this node does not wait. A webhook has no other way to its execution's data than an expression, and text
 * crosses into one at once: 100 items took eight seconds as objects, and take milliseconds as text.
 */
export function readParked(context: IWebhookFunctions): Parked | undefined {
	const place = `$node[${inExpression(context.getNode().name)}].context[${inExpression(KEY)}]`;
	const count = Number(context.evaluateExpression(`{{ ${place}?.length ?? 0 }}`));
	if (!(count > 0)) return undefined;

	const pieces = Array.from({ length: count }, (_, index) =>
		String(context.evaluateExpression(`{{ ${place}[${index}] }}`)),
	);
	return parseParked(pieces.join(''));
}

/** A JavaScript text that does not end the expression it stands in, whatever the user called the node. */
function inExpression(text: string): string {
	return JSON.stringify(text).replace(
		/[{}]/g,
		(brace) => `\\u00${brace.charCodeAt(0).toString(16)}`,
	);
}

/** Written by this node itself, and out of anybody's reach since. */
function parseParked(text: string): Parked {
	return JSON.parse(text) as Parked;
}
