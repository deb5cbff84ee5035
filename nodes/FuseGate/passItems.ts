import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { asNodeFault } from '../shared/outputItem.ts';
import { textParameter } from '../shared/parameters.ts';
import { runsAsTool } from '../shared/runsAsTool.ts';
import { connectService, type Service } from '../shared/service.ts';
import { openGate, prepare, type Asked, type Prepared } from './askGate.ts';
import { giveBack, heldWhileWaiting } from './holds.ts';
import { asParkedFault, twoOutputs, type Verdict } from './outputs.ts';
import { park, type ParkedCall } from './parked.ts';

type Fault = Extract<Verdict, { fault: unknown }>;

/** What came of asking for one item. */
type Result = Asked | Fault;

/** Asks for every item. Where one has to wait the whole execution does: n8n resumes a node as a whole. */
export async function passItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const service = await connectService(context);
	const results = await askForAll(context, service, prepareAll(context));
	const waits = results.some((one) => 'decision' in one && one.decision.decision === 'queue');
	if (waits) await park(context, await heldWhileWaiting(service, results.map(parkedCall)));

	hintDegraded(context, results);
	const outputs = twoOutputs(context.getNode(), { verdicts: results, items });
	// An AI tool has one output; the agent has to see a "no" as well.
	return runsAsTool(context) ? [outputs.flat()] : outputs;
}

/** A hint of the description could only look at what came in. */
function hintDegraded(context: IExecuteFunctions, results: readonly Result[]): void {
	const isDegraded = (one: Result) =>
		'decision' in one && 'fuse' in one.decision && one.decision.fuse['degraded'] === true;
	if (!results.some(isDegraded)) return;

	context.addExecutionHints({
		message:
			'The LLM Fuse service was unavailable, so the option When the Service Is Unavailable decided.',
		type: 'warning',
		location: 'outputPane',
	});
}

/** All of them before the first is asked for: a wrong parameter is found before anything is held. */
function prepareAll(context: IExecuteFunctions): Array<Prepared | Fault> {
	const resumeUrl = placeToBeTold(context);

	return context.getInputData().map((_, itemIndex) => {
		try {
			return prepare(context, resumeUrl, itemIndex);
		} catch (error) {
			const fault = asNodeFault(context, error, itemIndex);
			if (!context.continueOnFail()) throw fault;
			return { fault };
		}
	});
}

async function askForAll(
	context: IExecuteFunctions,
	service: Service,
	prepared: ReadonlyArray<Prepared | Fault>,
): Promise<Result[]> {
	const gate = openGate(context, service);
	const results: Result[] = [];
	for (const [itemIndex, one] of prepared.entries()) {
		try {
			results.push('fault' in one ? one : await gate.decide(one, itemIndex));
		} catch (error) {
			const fault = asNodeFault(context, error, itemIndex);
			if (context.continueOnFail()) {
				results.push({ fault });
				continue;
			}
			await giveBack(service, results.map(parkedCall));
			throw fault;
		}
	}
	return results;
}

/** The resume URL of this node in this execution. An agent that called a tool cannot wait for it. */
function placeToBeTold(context: IExecuteFunctions): string | undefined {
	if (textParameter(context, 'whenOver', 0) !== 'wait' || runsAsTool(context)) {
		return undefined;
	}
	const url = context.evaluateExpression('{{ $execution.resumeUrl }}', 0);

	return `${String(url)}/${context.getNode().id}`;
}

function parkedCall(result: Result): ParkedCall {
	return 'fault' in result
		? { outcome: 'failed', fault: asParkedFault(result.fault) }
		: { outcome: 'asked', ...result };
}
