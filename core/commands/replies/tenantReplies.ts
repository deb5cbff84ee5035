import type { Breaker } from '../../breaker.ts';
import { remainingOf, type LimitState } from '../../limits.ts';
import type { MicroCents } from '../../money.ts';
import { windowName } from '../../windows.ts';
import { clock, count, counted, span, usd } from '../format.ts';
import { reply, type Line, type Reply } from '../reply.ts';
import { breakerWords } from './breakerWords.ts';

type Spend = { microCents: MicroCents; requests: number; tokens: number };

export function spendReply({ tenantId, windowMs, spend, breaker }: SpendFacts, now: number): Reply {
	const { microCents, requests, tokens } = spend;
	const state = breaker.state === 'closed' ? [] : [`${tenantId} ${breakerWords(breaker, now)}.`];

	return reply([
		`${tenantId} spent ${usd(microCents)} in the last ${span(windowMs)}.`,
		`${counted(requests, 'call')}, ${counted(tokens, 'token')}, until ${clock(now, now)}`,
		...state,
	]);
}

type SpendFacts = { tenantId: string; windowMs: number; spend: Spend; breaker: Breaker };

/** `breaker`: what it is now, which is not the block when something holds it longer. */
export function blockReply(
	{ tenantId, breaker, by, isKnown, alike }: BlockFacts,
	now: number,
): Reply {
	const warning = isKnown ? [] : unknownTenant(tenantId, alike);
	if (breaker.state !== 'isolated') {
		return reply([
			`${tenantId} ${breakerWords(breaker, now)}, which holds longer than that.`,
			`/unblock ${typed(tenantId)} lets it go.`,
		]);
	}
	const until =
		breaker.until === null ? 'until somebody lets it go' : `until ${clock(breaker.until, now)}`;

	return reply([
		`${tenantId} is blocked ${until}, by ${by}.`,
		'Every call of it is refused.',
		...warning,
		`/unblock ${typed(tenantId)} lets it go.`,
	]);
}

type BlockFacts = {
	tenantId: string;
	breaker: Breaker;
	by: string;
	isKnown: boolean;
	/** Known tenants of a similar name. */
	alike: readonly string[];
};

export function unblockReply({ tenantId, before, breaker, by }: UnblockFacts, now: number): Reply {
	if (before.state === 'closed') return reply([`${tenantId} is not blocked; nothing was changed.`]);
	if (breaker.state !== 'halfOpen') {
		return reply([`${tenantId} may call again, by ${by}.`]);
	}
	return reply([
		`${tenantId} is half-open, by ${by}.`,
		'Its calls pass again, few at a time. Should it go on as before, it is blocked again at once; ' +
			`else it is let go altogether from ${clock(breaker.until, now)} on, after its next call.`,
	]);
}

type UnblockFacts = { tenantId: string; before: Breaker; breaker: Breaker; by: string };

export function limitsReply({ tenantId, limits, isDegraded }: LimitsFacts, now: number): Reply {
	if (isDegraded) {
		return reply(['The counter store does not answer, so what is left is not known now.']);
	}
	if (limits.length === 0) return reply([`No limit holds for ${tenantId}.`]);

	return reply([
		`${tenantId} has ${counted(limits.length, 'limit')}.`,
		...limits.map((state) => limitLine(state, now)),
	]);
}

type LimitsFacts = { tenantId: string; limits: readonly LimitState[]; isDegraded: boolean };

function limitLine(state: LimitState, now: number): Line {
	const { limit, spent, held, resetsAt } = state;
	const { unit, capacity, window, mode } = limit;
	const amount = (of: number) => (unit === 'microCents' ? usd(of) : `${count(of)} ${unit}`);
	const used = spent + held;
	const percent = capacity === 0 ? 100 : Math.floor((100 * used) / capacity);
	const per = window === null ? '' : ` per ${windowName(window)}`;
	const frees =
		remainingOf(state) > 0 || resetsAt === null ? '' : `, frees from ${clock(resetsAt, now)}`;
	const shadow = mode === 'shadow' ? ' (only watched)' : '';

	return `${limit.id}: ${amount(used)} of ${amount(capacity)}${per}, ${percent} %${frees}${shadow}`;
}

/** What is said of a tenant nobody has heard of. */
export function unknownTenant(tenantId: string, alike: readonly string[]): string[] {
	const hint = alike.length === 0 ? '' : ` Known: ${alike.join(', ')}.`;

	return [`Nothing was ever recorded of ${tenantId}.${hint}`];
}

/** As it has to be typed in a command. */
function typed(tenantId: string): string {
	return /\s/.test(tenantId) ? `"${tenantId}"` : tenantId;
}
