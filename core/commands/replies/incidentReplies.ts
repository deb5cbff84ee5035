import type { Button } from '../../alerting/notification.ts';
import type { Action } from '../../containment/action.ts';
import type { CommandName } from '../command.ts';
import { SYNTAX } from '../command.ts';
import { clock, short } from '../format.ts';
import { reply, type Reply } from '../reply.ts';
import { decisionButtons, statusWords, stepWords } from './stepWords.ts';

export type IncidentFacts = {
	incidentId: string;
	tenantId: string;
	rule: string;
	severity: string;
	openedAt: number;
	closedAt: number | null;
	alertText: string;
	steps: readonly Action[];
};

export function incidentReply(incident: IncidentFacts, now: number): Reply {
	const { incidentId, tenantId, rule, severity, openedAt, closedAt, alertText, steps } = incident;
	const span = closedAt === null ? 'open' : `closed ${clock(closedAt, now)}`;

	return reply(
		[
			`Incident ${short(incidentId)} of ${tenantId}: ${span}.`,
			`${rule}, ${severity}, opened ${clock(openedAt, now)}`,
			{ pre: alertText },
			...(steps.length === 0 ? ['No steps were taken.'] : []),
			...steps.map((step) => `${short(step.id)} ${stepWords(step)}: ${statusWords(step)}`),
		],
		incidentButtons(incident),
	);
}

/** What a person may do about it now. Of several steps that wait the first: the next one shows when it is decided. */
function incidentButtons({ incidentId, closedAt, steps }: ButtonFacts): Button[][] {
	const waiting = steps.find(({ status }) => status.state === 'awaitingApproval');
	const canUndo = steps.some(
		({ reversible, status }) =>
			reversible && status.state === 'done' && status.outcome === 'applied',
	);

	return [
		closedAt === null ? [{ label: 'Acknowledge', data: `ack:${incidentId}` }] : [],
		waiting ? decisionButtons(waiting) : [],
		canUndo ? [{ label: 'Undo', data: `undo:${incidentId}` }] : [],
	];
}

type ButtonFacts = Pick<IncidentFacts, 'incidentId' | 'closedAt' | 'steps'>;

export function ackReply({ subjectId, outcome, by, acknowledgedBy }: AckFacts): Reply {
	const what = `${isIncident(subjectId) ? 'Incident' : 'Alert'} ${short(subjectId)}`;
	switch (outcome) {
		case 'acknowledged':
			return reply([`${what} is acknowledged by ${by}.`]);
		case 'already':
			return reply([`${what} was acknowledged before, by ${acknowledgedBy ?? 'somebody'}.`]);
		case 'resolved':
			return reply([`${what} is over already.`]);
		case 'unknown':
			return noneReply('ack', subjectId);
	}
}

type AckFacts = {
	subjectId: string;
	outcome: 'acknowledged' | 'already' | 'resolved' | 'unknown';
	by: string;
	acknowledgedBy: string | null;
};

/** `step` is as it is afterwards. */
export function approveReply({ step, isDecided, by }: DecisionFacts): Reply {
	if (!isDecided) return notWaitingReply(step);

	return reply([
		`Approved by ${by}: ${stepWords(step)} for ${step.tenantId}.`,
		'It goes out as soon as the steps that can be undone have ended.',
	]);
}

export function declineReply({ step, isDecided, by }: DecisionFacts): Reply {
	if (!isDecided) return notWaitingReply(step);

	return reply([`Declined by ${by}: ${stepWords(step)} for ${step.tenantId} is not done.`]);
}

type DecisionFacts = { step: Action; isDecided: boolean; by: string };

function notWaitingReply(step: Action): Reply {
	return reply([
		`Nothing was changed: ${stepWords(step)} for ${step.tenantId} does not wait for anybody.`,
		`It is: ${statusWords(step)}.`,
	]);
}

/** Of an incident several steps wait: which one? */
export function whichStepReply(name: 'approve' | 'decline', steps: readonly Action[]): Reply {
	const lines = steps.map((step) => `/${name} ${short(step.id)} – ${stepWords(step)}`);

	return reply([`${steps.length} steps wait. Which one?`, ...lines]);
}

export function noStepReply(incidentId: string): Reply {
	return reply([`No step of incident ${short(incidentId)} waits for anybody.`]);
}

export function undoReply({ id, outcome, steps, by }: UndoFacts): Reply {
	if (outcome === 'unknown') return noneReply('undo', id);
	if (outcome === 'nothingToUndo') return reply([`Of ${short(id)} there is nothing to undo.`]);

	return reply([
		`Undone by ${by}: what ${short(id)} changed is put back.`,
		...steps.map((step) => `${short(step.id)} ${stepWords(step)}: ${statusWords(step)}`),
	]);
}

type UndoFacts = {
	id: string;
	outcome: 'undone' | 'unknown' | 'nothingToUndo';
	steps: readonly Action[];
	by: string;
};

/** Nothing begins so, or nothing this chat may see. */
export function noneReply(name: CommandName, id: string): Reply {
	return reply([`There is nothing with the id ${id}.`, SYNTAX[name].usage]);
}

export function ambiguousReply(name: CommandName, ids: readonly string[]): Reply {
	const lines = ids.map((id) => `/${name} ${id}`);

	return reply(['Several ids begin so. Which one?', ...lines]);
}

function isIncident(id: string): boolean {
	return id.startsWith('inc_');
}
