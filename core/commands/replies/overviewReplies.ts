import type { Breaker } from '../../breaker.ts';
import type { Action } from '../../containment/action.ts';
import type { MicroCents } from '../../money.ts';
import { COMMAND_NAMES, SYNTAX, type CommandName } from '../command.ts';
import { clock, counted, short, span, usd } from '../format.ts';
import { reply, type Reply } from '../reply.ts';
import { breakerWords } from './breakerWords.ts';
import { decisionButtons, stepWords } from './stepWords.ts';

export function helpReply(): Reply {
	const lines = COMMAND_NAMES.map((name) => `${SYNTAX[name].usage} – ${SYNTAX[name].does}`);

	return reply([
		...lines,
		'Times are 30m, 1h, 7d. The first 6 characters of an ID will do. Names with spaces go in quotes.',
	]);
}

/** `name` null: there is no such command, so that all of them are told. */
export function wrongReply(name: CommandName | null, wrong: string): Reply {
	if (name !== null) return reply([wrong, SYNTAX[name].usage]);
	const { text } = helpReply();

	return reply([wrong, ...text.split('\n')]);
}

/** As many as fit a phone without scrolling; the page shows all of them. */
const SHOWN = 10;

export function statusReply(
	{ breakers, waiting, failed, isDegraded, spentLastHour }: StatusFacts,
	now: number,
): Reply {
	const held = breakers.map(({ tenantId, breaker }) => `${tenantId} ${breakerWords(breaker, now)}`);
	const steps = waiting.map((step) => `${short(step.id)} ${step.tenantId}: ${stepWords(step)}`);
	const [first] = waiting;

	return reply(
		[
			held.length === 0
				? 'No tenant is blocked.'
				: `${counted(held.length, 'tenant')} blocked or half-open:`,
			...listed(held),
			...(steps.length === 0 ? [] : [`${counted(steps.length, 'step')} to approve:`]),
			...listed(steps),
			...(failed === 0 ? [] : [`${counted(failed, 'step')} failed for good: see dead letters.`]),
			...(isDegraded ? ['The counter store does not answer: limits fall back.'] : []),
			`${usd(spentLastHour)} spent in the last hour, as of ${clock(now, now)}.`,
		],
		first && waiting.length === 1 ? [decisionButtons(first)] : [],
	);
}

export type StatusFacts = {
	breakers: readonly { tenantId: string; breaker: Breaker }[];
	waiting: readonly Action[];
	/** Steps given up. */
	failed: number;
	isDegraded: boolean;
	spentLastHour: MicroCents;
};

export function topReply({ windowMs, rows, total }: TopFacts): Reply {
	const lines = rows.map(
		({ tenantId, microCents, calls }, index) =>
			`${index + 1}. ${tenantId}: ${usd(microCents)}, ${counted(calls, 'call')}`,
	);
	if (lines.length === 0) return reply([`Nobody spent anything in the last ${span(windowMs)}.`]);

	return reply([`${usd(total)} in the last ${span(windowMs)}, most by:`, ...lines]);
}

type TopFacts = {
	windowMs: number;
	rows: readonly { tenantId: string; microCents: MicroCents; calls: number }[];
	total: MicroCents;
};

export function muteReply({ rule, tenantId, until, by }: MuteFacts, now: number): Reply {
	const whose = tenantId === null ? '' : ` of ${tenantId}`;

	return reply([
		`No messages of ${rule}${whose} until ${clock(until, now)}, by ${by}.`,
		'What it finds is recorded, and whoever is cut off is told of all the same.',
	]);
}

type MuteFacts = { rule: string; tenantId: string | null; until: number; by: string };

export function unknownRuleReply(rule: string, known: readonly string[]): Reply {
	return reply([`There is no rule ${rule}. Rules: ${known.join(', ')}.`, SYNTAX.mute.usage]);
}

function listed(lines: readonly string[]): string[] {
	const rest = lines.length - SHOWN;

	return rest > 0 ? [...lines.slice(0, SHOWN), `… and ${rest} more`] : [...lines];
}
