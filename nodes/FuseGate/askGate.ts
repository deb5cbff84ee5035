import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { optionsParameter, textParameter, wholeNumber } from '../shared/parameters.ts';
import { serviceError } from '../shared/serviceErrors.ts';
import type { Service, ServiceAnswer } from '../shared/service.ts';
import { filledByThisRun } from './ownPlaces.ts';
import {
	decideWithoutService,
	parseDecision,
	reasonsOf,
	type GateDecision,
} from './parseDecision.ts';
import { question } from './question.ts';

const TIMEOUT_MS_DEFAULT = 2_000;

/** After this many questions in a row without an answer the rest of the run is decided without waiting again. */
const UNANSWERED_MAX = 3;

const SECONDS_PER_MINUTE = 60;

/** Everything it takes to ask for a call, now and once more after a wait. */
export type Question = {
	tenantId: string;
	body: IDataObject;
	/** What is decided when the service is unavailable. */
	policy: 'allow' | 'reject';
	timeoutMs: number;
};

export type Asked = { question: Question; decision: GateDecision };

/** `place`: where the service may tell later of a call that has to wait; undefined when the execution cannot wait. */
export type Prepared = { question: Question; place: IDataObject | undefined };

export type Gate = { decide(prepared: Prepared, itemIndex: number): Promise<Asked> };

/** Reads one item's parameters; throws when one of them is wrong. */
export function prepare(
	context: IExecuteFunctions,
	resumeUrl: string | undefined,
	itemIndex: number,
): Prepared {
	const options = optionsParameter(context, 'options', itemIndex);
	const { tenantId, body } = question(context, options, itemIndex);
	const asked: Question = {
		tenantId,
		body,
		policy: options['whenUnavailable'] === 'allow' ? 'allow' : 'reject',
		timeoutMs: Number(options['timeoutMs'] ?? TIMEOUT_MS_DEFAULT),
	};
	const place = resumeUrl === undefined ? undefined : waitingPlace(context, resumeUrl, itemIndex);

	return { question: asked, place };
}

/** Items are asked for one after the other, so that the first items get what budget is left. */
export function openGate(context: IExecuteFunctions, service: Service): Gate {
	const allowed: Question[] = [];
	let unanswered = 0;

	async function decide(prepared: Prepared, itemIndex: number): Promise<Asked> {
		const decision = await decisionOn(prepared, itemIndex);
		if (decision.decision === 'allow') allowed.push(prepared.question);

		return { question: prepared.question, decision };
	}

	/** What waits cannot be taken out of the queue again, so whether it makes sense to wait is asked before. */
	async function decisionOn(
		{ question: asked, place }: Prepared,
		itemIndex: number,
	): Promise<GateDecision> {
		if (place === undefined || allowed.length === 0) return await answered(asked, place, itemIndex);
		const atOnce = await answered(asked, undefined, itemIndex);
		if (atOnce.decision !== 'reject' || atOnce.fuse['degraded'] === true) return atOnce;

		const reasons = reasonsOf(atOnce.fuse);
		const filled = filledByThisRun(asked, reasons, allowed);
		return filled === undefined
			? await answered(asked, place, itemIndex)
			: { ...atOnce, fuse: { ...atOnce.fuse, reasons: [...reasons, filled] } };
	}

	async function answered(
		asked: Question,
		place: IDataObject | undefined,
		itemIndex: number,
	): Promise<GateDecision> {
		if (unanswered >= UNANSWERED_MAX) {
			const reason = `Not asked: the last ${UNANSWERED_MAX} questions of this run got no answer`;
			return withoutService(asked, reason);
		}
		const answer = await send(service, asked, place);
		if (answer.outcome === 'unavailable') {
			unanswered += 1;
			return withoutService(asked, answer.reason);
		}
		unanswered = 0;
		const decision = decisionIn(answer, asked);
		if (decision) return decision;

		const purpose = { action: 'ask for a reservation', role: 'ask' } as const;
		throw serviceError(context.getNode(), service, purpose, answer, itemIndex);
	}
	return { decide };
}

/** Asks for a call whose place was lost while it waited. It does not wait again: this answer is the last one. */
export async function askAgain(service: Service, asked: Question): Promise<GateDecision> {
	const answer = await send(service, asked, undefined);
	if (answer.outcome === 'unavailable') return withoutService(asked, answer.reason);

	return (
		decisionIn(answer, asked) ?? withoutService({ ...asked, policy: 'reject' }, refusal(answer))
	);
}

/** What the Meter can use when the response does not say it. */
export function withFacts<Decision extends GateDecision>(
	decision: Decision,
	{ provider, model, inputTokens, keyId }: IDataObject,
): Decision {
	const facts = {
		...(provider ? { provider } : {}),
		...(model ? { model } : {}),
		...(keyId ? { keyId } : {}),
		...(inputTokens ? { estimatedInputTokens: inputTokens } : {}),
	};

	return { ...decision, fuse: { ...decision.fuse, ...facts } };
}

async function send(
	service: Service,
	{ body, timeoutMs }: Question,
	place: IDataObject | undefined,
): Promise<ServiceAnswer> {
	return await service.ask({
		method: 'POST',
		path: '/v1/reservations',
		body: { ...body, ...place },
		timeoutMs,
	});
}

function decisionIn(
	answer: Extract<ServiceAnswer, { outcome: 'answered' }>,
	{ tenantId, body }: Question,
): GateDecision | undefined {
	const decision = answer.status === 200 ? parseDecision(answer.body, tenantId) : undefined;

	return decision && withFacts(decision, body);
}

function withoutService({ policy, tenantId, body }: Question, reason: string): GateDecision {
	return withFacts(decideWithoutService(policy, tenantId, reason), body);
}

function refusal({ status }: Extract<ServiceAnswer, { outcome: 'answered' }>): string {
	return `Asked again after the wait, the service answered with status ${status}`;
}

function waitingPlace(
	context: IExecuteFunctions,
	resumeUrl: string,
	itemIndex: number,
): IDataObject {
	const minutes: unknown = context.getNodeParameter('deadlineMinutes', itemIndex, 60);

	return {
		resumeUrl,
		lane: textParameter(context, 'lane', itemIndex) || 'standard',
		deadlineSeconds:
			wholeNumber(context, 'Deadline (Minutes)', minutes, itemIndex) * SECONDS_PER_MINUTE,
	};
}
