import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { recordAt, textAt } from '../../core/readers/reading.ts';
import { connectService, type Service } from '../shared/service.ts';
import { askAgain, type Asked } from './askGate.ts';
import { leaseSeconds, renewHold, waitTtlSeconds, withRenewal } from './holds.ts';
import { asFault, resumedOutputs, type Verdict } from './outputs.ts';
import { readParked, type ParkedCall } from './parked.ts';
import type { FinalDecision, GateDecision } from './parseDecision.ts';
import { queuedCalls, readiness, type QueuedCall, type Standings } from './readiness.ts';
import { lookAt } from './waitingCall.ts';

/**
 * The service refuses to count as arrived what is answered like this, holds the room a while and tells us again. Not a
 * 5xx: after one it would have to assume that the message was used.
 */
const TOO_EARLY = 425;
/** What n8n itself answers when nothing waits. */
const CONFLICT = 409;

/**
 * Somebody called the resume URL. Nothing in the message is believed: the service is asked about each item that waits.
 * Without data for the outputs in the answer n8n resumes nothing. Nothing may be thrown: n8n would resume for it.
 */
export async function wakeGate(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await wake(context);
	} catch (error) {
		context.logger.warn('LLM Fuse Gate: a resume could not be handled', { error });
		return refuse(context, TOO_EARLY, 'This Gate could not look at what it waits for');
	}
}

async function wake(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const parked = readParked(context);
	if (!parked) return refuse(context, CONFLICT, 'This Gate waits for nothing');

	const { calls, items } = parked;
	const queued = queuedCalls(calls);
	const service = await connectService(context);
	const toldOf = textAt(recordAt(context.getBodyData(), 'data'), 'queueId');
	const ready = await readiness(service, queued, toldOf);
	if (ready.outcome === 'unsure') {
		return refuse(context, TOO_EARLY, 'LLM Fuse did not say how its queued calls stand');
	}
	if (ready.outcome === 'notYet') {
		const told = queued.find(({ queueId }) => queueId === toldOf);
		if (told) await keepHold(service, told, waitTtlSeconds(calls, Date.now()));
		return { webhookResponse: { resumed: false, reason: 'Other items of this node wait' } };
	}
	const verdicts = await verdictsOf(context, service, calls, ready.standings);

	return {
		webhookResponse: { resumed: true },
		workflowData: resumedOutputs(context.getNode(), { verdicts, items }),
	};
}

/** From now on nobody but us renews what this one item holds, while the others wait. */
async function keepHold(
	service: Service,
	{ question, queueId }: QueuedCall,
	ttlSeconds: number,
): Promise<void> {
	const standing = await lookAt(service, question, queueId);
	if (standing.outcome === 'decided') await renewHold(service, standing.decision, ttlSeconds);
}

/** In the order of the items, as they were asked for. */
async function verdictsOf(
	context: IWebhookFunctions,
	service: Service,
	calls: readonly ParkedCall[],
	standings: Standings,
): Promise<Verdict[]> {
	const node = context.getNode();
	const verdicts: Verdict[] = [];
	for (const call of calls) {
		if (call.outcome === 'failed') verdicts.push({ fault: asFault(node, call.fault) });
		else verdicts.push({ decision: await finalDecision(service, call, standings) });
	}
	return verdicts;
}

/** A hold may be forgotten after others waited for hours: then the question is asked again. */
async function finalDecision(
	service: Service,
	{ question, decision }: Asked,
	standings: Standings,
): Promise<GateDecision> {
	const decided = decision.decision === 'queue' ? answerTo(decision.queueId, standings) : decision;
	if (!decided) return await askAgain(service, question);

	const renewal = await renewHold(service, decided, leaseSeconds(question));
	return renewal.outcome === 'lost'
		? await askAgain(service, question)
		: withRenewal(decided, renewal);
}

function answerTo(queueId: string, standings: Standings): FinalDecision | undefined {
	const standing = standings.get(queueId);

	return standing?.outcome === 'decided' ? standing.decision : undefined;
}

function refuse(context: IWebhookFunctions, status: number, reason: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ resumed: false, reason });

	return { noWebhookResponse: true };
}
